/** What of the journal the operator has: the next batch, the position reached, and the end of delivered taps. */
import type { DatabaseSync } from 'node:sqlite';
import type { Tap } from '@vedong/travel';
import type { CutNote } from './cuts.ts';

/** A place in the chain; seq 0 is its start. */
export interface Link {
  seq: number;
  hash: string;
}

export interface Position {
  deliveredSeq: number;
  deliveredAtMilliseconds: number | null;
  /** The last tap deleted, from which the chain of those kept goes on. */
  pruned: Link;
}

export interface JournalBatch {
  firstSeq: number;
  /** Chain hash before the first record. */
  previousHash: string;
  records: string[];
}

export function readPosition(db: DatabaseSync): Position {
  const row = db.prepare('select * from position').get() as {
    delivered_seq: number;
    delivered_at_milliseconds: number | null;
    pruned_seq: number;
    pruned_hash: string;
  };
  return {
    deliveredSeq: row.delivered_seq,
    deliveredAtMilliseconds: row.delivered_at_milliseconds,
    pruned: { seq: row.pruned_seq, hash: row.pruned_hash },
  };
}

export function writePosition(
  db: DatabaseSync,
  { deliveredSeq, deliveredAtMilliseconds, pruned }: Position,
): void {
  db.prepare(
    `update position set delivered_seq = ?, delivered_at_milliseconds = ?, pruned_seq = ?, pruned_hash = ?`,
  ).run(deliveredSeq, deliveredAtMilliseconds, pruned.seq, pruned.hash);
}

/** The oldest taps that the operator does not have, at most `most`, or null. */
export function findUnsent(db: DatabaseSync, most: number): JournalBatch | null {
  const { deliveredSeq, pruned } = readPosition(db);
  const rows = db
    .prepare('select record from taps where seq > ? order by seq limit ?')
    .all(deliveredSeq, most) as { record: string }[];
  if (rows.length === 0) return null;
  const before = db.prepare('select hash from taps where seq = ?').get(deliveredSeq) as Link | undefined;
  return {
    firstSeq: deliveredSeq + 1,
    previousHash: before?.hash ?? pruned.hash,
    records: rows.map(({ record }) => record),
  };
}

export function markDelivered(db: DatabaseSync, seq: number, atMilliseconds: number): void {
  db.prepare('update position set delivered_seq = ?, delivered_at_milliseconds = ?').run(seq, atMilliseconds);
}

/** Delivery begins again at the oldest tap kept. */
export function rewindDelivery(db: DatabaseSync): void {
  db.exec('update position set delivered_seq = pruned_seq');
}

/** Deletes delivered taps older than a moment, oldest first and at most `most`. */
export function pruneDelivered(db: DatabaseSync, beforeMilliseconds: number, most: number): void {
  const { deliveredSeq } = readPosition(db);
  const oldest = db
    .prepare('select seq, hash, at_milliseconds as at from taps where seq <= ? order by seq limit ?')
    .all(deliveredSeq, most) as unknown as (Link & { at: number })[];
  const firstKept = oldest.findIndex(({ at }) => at >= beforeMilliseconds);
  const last = (firstKept === -1 ? oldest : oldest.slice(0, firstKept)).at(-1);
  if (last === undefined) return;
  db.exec('begin immediate');
  try {
    db.prepare('update position set pruned_seq = ?, pruned_hash = ?').run(last.seq, last.hash);
    db.prepare('delete from taps where seq <= ?').run(last.seq);
    db.prepare('delete from put_aside where seq <= ?').run(last.seq);
    db.exec('commit');
  } catch (error) {
    if (db.isTransaction) db.exec('rollback');
    throw error;
  }
}

/** Accepted taps at or after a moment that count towards the limits of a gate class, oldest first. */
export function listLimitedTapsSince(db: DatabaseSync, atMilliseconds: number): Tap[] {
  const rows = db
    .prepare(
      `select record from taps where at_milliseconds >= ? and record like '%/limited"%'
        and record like '%"outcome":"accepted"%' order by seq`,
    )
    .all(atMilliseconds) as { record: string }[];
  return rows.map(({ record }) => JSON.parse(record) as Tap);
}

/**
 * When the last ride was taken by a clock that was sure, of the newest thousand taps; null where there is none. A
 * refusal does not say how sure its clock was: one far ahead would otherwise hold time there after the next start.
 */
export function findLastSureTap(db: DatabaseSync): number | null {
  const newest = `select max(at_milliseconds) as at from
    (select at_milliseconds, record from taps order by seq desc limit 1000)
    where record like '%"outcome":"accepted"%' and record not like '%"clock_unsure"%'`;
  try {
    return db.prepare(newest).get()!['at'] as number | null;
  } catch {
    return null; // A damaged journal is dealt with where it is opened.
  }
}

/** Enough for a busy validator's longest memory. */
const listedMost = 1_000_000;

/**
 * The taps of the last so many seconds, oldest first: counted back from now or from the newest ride taken by a sure
 * clock, whichever is earlier, as the wall clock may have been set while the validator was down. What an unsure
 * clock noted, and refusals, which do not say how sure it was, come along and bound nothing.
 */
export function listLastTaps(db: DatabaseSync, nowMilliseconds: number, seconds: number): Tap[] {
  const taps: Tap[] = [];
  const newestFirst = db
    .prepare('select record, at_milliseconds as at from taps order by seq desc limit ?')
    .iterate(listedMost) as Iterable<{ record: string; at: number }>;
  let since: number | undefined;
  for (const { record, at } of newestFirst) {
    const tap = JSON.parse(record) as Tap | CutNote;
    if (!('tapId' in tap)) continue;
    if (tap.outcome === 'accepted' && !tap.marks.includes('clock_unsure')) {
      since ??= Math.min(nowMilliseconds, at) - seconds * 1000;
      if (at < since) break;
    }
    taps.push(tap);
  }
  return taps.reverse();
}
