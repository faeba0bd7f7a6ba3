/** A real Redis on this machine, from the installed `redis-server`. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { findFreePort, loopback } from './ports.ts';
import { startProcess, type ManagedProcess } from './processes.ts';

export interface RedisServer extends ManagedProcess {
  /** Stays the same when the server is stopped and started again. */
  readonly url: string;
}

/**
 * Starts `redis-server` on loopback with a password of its own, or returns null where it is not installed.
 * Nothing is kept on disk, as replay claims live for seconds; a full memory refuses claims and never drops one.
 */
export async function startRedis(options: { folder: string; port?: number }): Promise<RedisServer | null> {
  if (!hasRedis()) return null;
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const port = options.port ?? (await findFreePort());
  const password = randomBytes(24).toString('base64url');
  const server = await startProcess({
    name: 'Redis',
    command: 'redis-server',
    args: ['-'],
    cwd: options.folder,
    env: { PATH: process.env['PATH'] },
    input: [
      `bind ${loopback}`,
      `port ${port}`,
      `requirepass ${password}`,
      `dir "${options.folder}"`,
      'save ""',
      'appendonly no',
      'maxmemory-policy noeviction',
    ].join('\n'),
    logFile: join(options.folder, 'redis.log'),
    endsWithUs: 'watcher',
    stopSignal: 'SIGTERM',
    isReady: () => answers(port),
  });
  return Object.assign(server, { url: `redis://:${password}@${loopback}:${port}` });
}

export function hasRedis(): boolean {
  return spawnSync('redis-server', ['--version']).status === 0;
}

/** Any reply to a PING, also "authentication required", shows that the server serves. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, loopback, () => socket.write('PING\r\n'));
    const finish = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('data', () => finish(true));
    socket.once('error', () => finish(false));
    socket.setTimeout(1000, () => finish(false));
  });
}
