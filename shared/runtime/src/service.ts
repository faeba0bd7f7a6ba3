/** A service's life: listen, run until told to stop, finish what was begun, close. */
import { createServer, type RequestListener, type Server } from 'node:http';
import { ConfigError } from './config.ts';
import type { Log } from './log.ts';

const stopWithinMilliseconds = 10_000;
/** After an outage everybody connects at the same moment. The system may allow fewer. */
const waitingConnections = 4096;

/** Resolves to the listening server. Throws an Error whose message is a sentence when the port is taken. */
export async function listen(app: RequestListener, host: string, port: number): Promise<Server> {
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 15_000, keepAliveTimeout: 65_000 },
    app,
  );
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(explain(error, port)));
    server.listen({ port, host, backlog: waitingConnections }, () => resolve(server));
  });
}

function explain(error: Error, port: number): Error {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EADDRINUSE'
    ? new ConfigError(`Port ${port} is in use by another program. Stop it, or set PORT to a free one.`)
    : error;
}

/**
 * Runs `start` and keeps the service up until SIGTERM, SIGINT or the end of the parent that spawned it.
 * `start` gives the server, what ends answers that would go on for ever, and what to close after the last request
 * was answered.
 */
export async function runService(
  log: Log,
  start: () => Promise<{ server: Server; endStreams?: () => void; close: () => Promise<void> }>,
): Promise<void> {
  try {
    const { server, endStreams, close } = await start();
    log.info({ address: server.address() }, 'listening');
    const why = await stopSignal();
    log.info({ why }, 'stopping');
    setTimeout(() => {
      log.error('did not stop in time');
      process.exit(1);
    }, stopWithinMilliseconds).unref();
    endStreams?.();
    await closeServer(server);
    await close();
    process.exit(0);
  } catch (error) {
    if (error instanceof ConfigError) process.stderr.write(`${error.message}\n`);
    else log.fatal({ err: error }, 'could not run');
    process.exit(1);
  }
}

/** Takes no new connection, lets every request under way be answered, closes idle connections. */
export async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    const sweep = setInterval(() => server.closeIdleConnections(), 100);
    server.once('close', () => clearInterval(sweep));
  });
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
    // Spawned with an IPC channel: when the parent is gone, so is the reason to run.
    if (process.channel) process.once('disconnect', () => resolve('parent ended'));
  });
}
