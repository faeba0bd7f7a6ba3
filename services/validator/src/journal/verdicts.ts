/** What the operator said to each tap delivered. Stored and known ones are what the position says; others are kept. */
import type { DatabaseSync } from 'node:sqlite';

const noteCode = 'journal_cut';

export interface Verdict {
  verdict: 'stored' | 'duplicate' | 'quarantined';
  code?: string | undefined;
}

/** @param verdicts in the order of the records from `firstSeq` on */
export function keepVerdicts(db: DatabaseSync, firstSeq: number, verdicts: readonly Verdict[]): void {
  const insert = db.prepare('insert or replace into put_aside (seq, code) values (?, ?)');
  for (const [index, { verdict, code }] of verdicts.entries()) {
    if (verdict === 'quarantined') insert.run(firstSeq + index, code ?? 'unknown');
  }
}

/** Taps of the journal as it is kept here; a note about the journal itself is no tap. */
export const countPutAside = (db: DatabaseSync): number =>
  Number(db.prepare('select count(*) as count from put_aside where code <> ?').get(noteCode)!['count']);
