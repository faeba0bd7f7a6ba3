/** Redis for tests: the shared one under a key prefix, or one of its own to stop, pause and start again. */
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { startRedis, type RedisServer } from '@vedong/infra/redis';
import { inject } from 'vitest';
import { makeTemporaryFolder } from './temporary-folder.ts';

export interface TestRedis extends RedisServer {
  /** Holds the server still: connections stay open and nothing answers. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Stops it and removes its folder. */
  remove(): Promise<void>;
}

/** A server of this test's own. `stop()` and `start()` come back on the same address. */
export async function startTestRedis(): Promise<TestRedis> {
  const folder = makeTemporaryFolder();
  const server = await startRedis({ folder });
  if (server === null) throw new Error('redis-server is not installed');
  return Object.assign(server, {
    pause: () => server.kill('SIGSTOP'),
    resume: () => server.kill('SIGCONT'),
    remove: async () => {
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  });
}

/** The run's shared server, and a key prefix nobody else uses. */
export function sharedRedis(): { url: string; keyPrefix: string } {
  return { url: inject('redisUrl'), keyPrefix: `test-${randomUUID()}:` };
}
