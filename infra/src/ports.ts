/** TCP ports on loopback: which are free, and which the person has to change. */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { PlainError, systemErrorCode } from './plain-error.ts';

export const loopback = '127.0.0.1';

/**
 * Finds a port nobody listens on now. Below those the system gives to outgoing connections (32768 and up on Linux),
 * so that none takes it while its server is stopped for a moment.
 */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    try {
      await listenOnce(port);
      return port;
    } catch (error) {
      if (systemErrorCode(error) !== 'EADDRINUSE') throw error;
    }
  }
}

/** Refuses a port that is taken, naming the environment variable that changes it. */
export async function requireFreePort(port: number, variable: string): Promise<void> {
  try {
    await listenOnce(port);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'EADDRINUSE')
      throw new PlainError(
        `Port ${port} is already used by another program: stop that program, or choose another port with ${variable}=<port>.`,
      );
    if (code === 'EACCES')
      throw new PlainError(
        `Port ${port} may not be opened by this user: choose another with ${variable}=<port>.`,
      );
    throw error;
  }
}

function listenOnce(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, loopback, () => server.close(() => resolve()));
  });
}
