/** A PostgreSQL of a test's own, as safe as in production, to crash and start again. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '@vedong/infra/postgres';
import { makeTemporaryFolder } from './temporary-folder.ts';

export interface OwnPostgres {
  url: string;
  /** Ends it at once, without a word to those connected; what was committed is on disk. Starts it again, same address. */
  crash(downMilliseconds: number): Promise<void>;
  remove(): Promise<void>;
}

export async function startOwnPostgres(): Promise<OwnPostgres> {
  const folder = makeTemporaryFolder();
  const server = await startPostgres({ folder: join(folder, 'postgres') });
  return {
    url: server.urlOf('postgres'),
    async crash(downMilliseconds) {
      await server.kill('SIGQUIT');
      await new Promise((resolve) => setTimeout(resolve, downMilliseconds));
      // What is left of the old processes ends first: the new server waits for none of them.
      await server.stop();
      await server.start();
    },
    async remove() {
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
