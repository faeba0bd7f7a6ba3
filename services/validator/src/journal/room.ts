/** How much room the journal has left: by its own limit and by the disk it lies on. */
import { statfsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

/** Asked for often, looked at once in this time. */
const everyMilliseconds = 500;

export interface JournalRoom {
  leftBytes: () => number;
  /** Less left than the reserve. */
  isFull: () => boolean;
}

export interface RoomOptions {
  db: DatabaseSync;
  folder: string;
  /** The file never becomes larger. */
  mostBytes: number;
  /** With less left than this, the journal counts as full. */
  reserveBytes: number;
  monotonicMilliseconds: () => number;
}

/** Sets the file's limit. A disk that cannot be asked has no room. */
export function watchRoom({ db, folder, monotonicMilliseconds, ...limits }: RoomOptions): JournalRoom {
  const number = (pragma: string): number => Number(Object.values(db.prepare(`pragma ${pragma}`).get()!)[0]);
  const pageBytes = number('page_size');
  db.exec(`pragma max_page_count = ${Math.ceil(limits.mostBytes / pageBytes)}`);
  let lookedAt = -Infinity;
  let left = 0;

  function look(): number {
    try {
      const used = (number('page_count') - number('freelist_count')) * pageBytes;
      const { bavail, bsize } = statfsSync(folder);
      return Math.min(limits.mostBytes - used, bavail * bsize);
    } catch {
      return 0;
    }
  }
  function leftBytes(): number {
    const now = monotonicMilliseconds();
    if (now - lookedAt >= everyMilliseconds) {
      lookedAt = now;
      left = look();
    }
    return left;
  }
  return { leftBytes, isFull: () => leftBytes() < limits.reserveBytes };
}
