/** Opens the store; one that is damaged is first cut back to its good part, and the cut is told. */
import type { DatabaseSync } from 'node:sqlite';
import type { Log } from '@vedong/runtime/log';
import { DamagedStoreError, emptyLog, openStore } from '../store.ts';
import { isLost, recoverStore } from './recover.ts';
import { verifyTail } from './verify-tail.ts';

/** Throws ConfigError where the folder cannot be used for another reason than damage. `isCut`: taps may be missing. */
export function openWholeStore(
  folder: string,
  nowMilliseconds: number,
  log: Log,
): { db: DatabaseSync; isCut: boolean } {
  try {
    return { db: openChecked(folder), isCut: false };
  } catch (error) {
    if (!(error instanceof DamagedStoreError)) throw error;
    const recovery = recoverStore(folder, error.message, nowMilliseconds);
    log.error(recovery, 'ALARM: the journal was damaged and has been cut back to its good part');
    return { db: openChecked(folder), isCut: true };
  }
}

function openChecked(folder: string): DatabaseSync {
  const db = openStore(folder);
  try {
    verifyTail(db);
    checkPages(db);
    emptyLog(db, folder);
    if (isLost(folder, db)) throw new DamagedStoreError('The journal of this enrolled validator is gone');
    return db;
  } catch (error) {
    closeQuietly(db);
    throw error;
  }
}

/** Damage anywhere in the file would show sooner or later; here it is dealt with before a gate depends on it. */
function checkPages(db: DatabaseSync): void {
  let found: unknown;
  try {
    found = Object.values(db.prepare('pragma quick_check(1)').get() ?? {})[0];
  } catch (error) {
    found = (error as Error).message;
  }
  if (found !== 'ok') throw new DamagedStoreError(`The journal's file is damaged: ${String(found)}`);
}

function closeQuietly(db: DatabaseSync): void {
  try {
    db.close();
  } catch {
    // Damaged; it is put aside as it is.
  }
}
