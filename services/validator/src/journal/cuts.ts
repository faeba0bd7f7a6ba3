/** Cuts: when a damaged journal was cut back to its good part, and how it then goes on where the operator is. */
import type { DatabaseSync } from 'node:sqlite';
import { nextChainHash } from '@vedong/runtime/journal-chain';
import type { Link } from './delivery.ts';

/** The record that stands in the journal where it was cut; no tap, and the operator keeps it aside as what it is. */
export interface CutNote {
  note: 'journal_cut';
  at: string;
  /** The last tap of the good part. */
  keptSeq: number;
  /** Readable taps that do not fit the chain, in the file kept aside. */
  setAside: number;
  why: string;
}

export const countCuts = (db: DatabaseSync): number =>
  Number(db.prepare('select count(*) as count from journal_cuts').get()!['count']);

/** Until the operator has said how far it is, nothing is sent: it may have taps that the cut took away here. */
export const hasOpenCut = (db: DatabaseSync): boolean =>
  db.prepare('select 1 from journal_cuts where is_settled = 0').get() !== undefined;

/** Writes the note as the next record after `tail`; gives the new tail. In the caller's transaction. */
export function writeCutNote(db: DatabaseSync, tail: Link, note: CutNote): Link {
  const record = JSON.stringify(note);
  const link = { seq: tail.seq + 1, hash: nextChainHash(tail.hash, record) };
  db.prepare('insert into taps (seq, at_milliseconds, record, hash) values (?, ?, ?, ?)').run(
    link.seq,
    Date.parse(note.at),
    record,
    link.hash,
  );
  db.prepare(
    'insert into journal_cuts (kept_seq, at_milliseconds, set_aside, why, is_settled) values (?, ?, ?, ?, 0)',
  ).run(note.keptSeq, Date.parse(note.at), note.setAside, note.why);
  return link;
}

/** The operator has taps of this validator from after the end of the file as it was opened. */
export const isOlderThan = (db: DatabaseSync, opened: Link, operator: Link): boolean =>
  operator.seq > opened.seq &&
  db.prepare('select hash from taps where seq = ?').get(operator.seq)?.['hash'] !== operator.hash;

/** Marks a cut at the end of the file as it was opened; gives the new end. */
export function noteLoss(db: DatabaseSync, tail: Link, keptSeq: number, nowMilliseconds: number): Link {
  const at = new Date(nowMilliseconds).toISOString();
  const why = 'The operator has later taps than this file had at the start';
  db.exec('begin immediate');
  const end = writeCutNote(db, tail, { note: 'journal_cut', at, keptSeq, setAside: 0, why });
  db.exec('commit');
  return end;
}

interface Row {
  seq: number;
  at: number;
  record: string;
}

/**
 * The operator's last record says how the journal goes on. Where it is one of ours, nothing changes. Where the operator
 * has taps that were lost here, what came after the cut gets the numbers after those, and its links anew.
 * @returns the end of the journal
 */
export function settleCuts(db: DatabaseSync, tail: Link, operator: Link): Link {
  const kept = db.prepare('select min(kept_seq) as seq from journal_cuts where is_settled = 0').get()!['seq'];
  const keptSeq = Number(kept);
  const known = db.prepare('select hash from taps where seq = ?').get(operator.seq)?.['hash'];
  const { pruned_seq: prunedSeq, pruned_hash: prunedHash } = db
    .prepare('select pruned_seq, pruned_hash from position')
    .get() as { pruned_seq: number; pruned_hash: string };
  // One that lacks taps from before the cut is as any operator that lost some: it gets them again.
  const isOurs =
    operator.seq < keptSeq ||
    known === operator.hash ||
    (prunedSeq === operator.seq && prunedHash === operator.hash);
  db.exec('begin immediate');
  try {
    const end = isOurs ? tail : moveBehind(db, keptSeq, operator);
    if (known === operator.hash)
      db.prepare('update position set delivered_seq = max(delivered_seq, ?)').run(operator.seq);
    db.exec('update journal_cuts set is_settled = 1');
    db.exec('commit');
    return end;
  } catch (error) {
    if (db.isTransaction) db.exec('rollback');
    throw error;
  }
}

/** Taps up to the cut are the operator's already, or it would not have others of these numbers. */
function moveBehind(db: DatabaseSync, keptSeq: number, operator: Link): Link {
  const rows = db
    .prepare('select seq, at_milliseconds as at, record from taps where seq > ? order by seq')
    .all(keptSeq) as unknown as Row[];
  db.exec('delete from taps');
  db.prepare('delete from put_aside where seq > ?').run(keptSeq);
  const insert = db.prepare('insert into taps (seq, at_milliseconds, record, hash) values (?, ?, ?, ?)');
  let { seq, hash } = operator;
  for (const { at, record } of rows) {
    seq += 1;
    hash = nextChainHash(hash, record);
    insert.run(seq, at, record, hash);
  }
  db.prepare('update position set delivered_seq = ?, pruned_seq = ?, pruned_hash = ?').run(
    operator.seq,
    operator.seq,
    operator.hash,
  );
  return { seq, hash };
}
