/** Checks the end of the journal's chain at start, before anything is added to it. */
import type { DatabaseSync } from 'node:sqlite';
import { nextChainHash } from '@vedong/runtime/journal-chain';
import { DamagedStoreError } from '../store.ts';
import { readPosition, type Link } from './delivery.ts';

/** Minutes of a busy validator, tens of milliseconds of work. */
const checkedMost = 10_000;

/** The last link. Throws DamagedStoreError where a number is missing or a hash does not fit its record. */
export function verifyTail(db: DatabaseSync, most = checkedMost): Link {
  const pruned = readPruned(db);
  const rows = readLast(db, most + 1);
  // With more taps than are checked, the oldest row read only says where the check begins.
  let link: Link = rows.length > most ? rows.shift()! : pruned;
  for (const { seq, record, hash } of rows) {
    if (seq !== link.seq + 1 || hash !== nextChainHash(link.hash, record)) throw damaged(link.seq + 1);
    link = { seq, hash };
  }
  return link;
}

function readPruned(db: DatabaseSync): Link {
  try {
    return readPosition(db).pruned;
  } catch (error) {
    throw new DamagedStoreError(`The journal's position cannot be read: ${(error as Error).message}`);
  }
}

/** Oldest first. */
function readLast(db: DatabaseSync, most: number): (Link & { record: string })[] {
  const newestFirst = db.prepare('select seq, record, hash from taps order by seq desc limit ?');
  try {
    return (newestFirst.all(most) as unknown as (Link & { record: string })[]).toReversed();
  } catch (error) {
    throw new DamagedStoreError(`The journal cannot be read: ${(error as Error).message}`);
  }
}

const damaged = (seq: number) =>
  new DamagedStoreError(`The journal is damaged at tap ${seq}: the tap is missing or was changed.`);
