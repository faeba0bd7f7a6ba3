/** One PostgreSQL cluster and one Redis for a whole test run, on throwaway storage; tests find them by `inject`. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '@vedong/infra/postgres';
import type { TestProject } from 'vitest/node';
import { startTestRedis } from './redis.ts';
import { makeTemporaryFolder } from './temporary-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The superuser's address of the shared cluster; tests use `createTestDatabase`. */
    postgresUrl: string;
    /** The shared Redis; tests put a key prefix of their own before every key. */
    redisUrl: string;
  }
}

export default async function startServers(project: TestProject): Promise<() => Promise<void>> {
  const folder = makeTemporaryFolder();
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), throwaway: true });
  const redis = await startTestRedis();
  project.provide('postgresUrl', postgres.urlOf('postgres'));
  project.provide('redisUrl', redis.url);
  return async () => {
    await redis.remove();
    await postgres.stop();
    rmSync(folder, { recursive: true });
  };
}
