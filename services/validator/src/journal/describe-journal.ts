/** What a journal file holds and whether its chain fits, read from a copy so that nothing of the file changes. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { nextChainHash } from '@vedong/runtime/journal-chain';
import type { Tap } from '@vedong/travel';
import type { CutNote } from './cuts.ts';
import { readPosition } from './delivery.ts';

export interface JournalContent {
  taps: number;
  firstSeq: number | null;
  lastSeq: number | null;
  firstAt: string | null;
  lastAt: string | null;
  deliveredSeq: number;
  lastHash: string;
  accepted: number;
  /** Taps by reason of refusal, and by mark. */
  reasons: Record<string, number>;
  marks: Record<string, number>;
  notes: CutNote[];
  /** The first record that does not fit, and why; null where the whole chain does. */
  damage: string | null;
}

/** Throws where the file is no journal at all. */
export function describeJournal(file: string): JournalContent {
  if (!existsSync(file)) throw new Error('there is no such file');
  const folder = mkdtempSync(join(tmpdir(), 'vedong-journal-'));
  const copy = join(folder, 'journal.sqlite');
  try {
    for (const end of ['', '-wal'])
      if (existsSync(`${file}${end}`)) copyFileSync(`${file}${end}`, `${copy}${end}`);
    const db = new DatabaseSync(copy);
    try {
      return readContent(db);
    } finally {
      db.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readContent(db: DatabaseSync): JournalContent {
  const { deliveredSeq, pruned } = readPosition(db);
  const content: JournalContent = {
    taps: 0,
    firstSeq: null,
    lastSeq: null,
    firstAt: null,
    lastAt: null,
    deliveredSeq,
    lastHash: pruned.hash,
    accepted: 0,
    reasons: {},
    marks: {},
    notes: [],
    damage: null,
  };
  let expected = pruned.seq + 1;
  try {
    const rows = db.prepare('select seq, record, hash from taps order by seq').iterate();
    for (const { seq, record, hash } of rows as Iterable<{ seq: number; record: string; hash: string }>) {
      if (seq !== expected) content.damage = `record ${expected} is missing; the next is ${seq}`;
      else if (hash !== nextChainHash(content.lastHash, record)) {
        content.damage = `record ${seq} was changed, or one before it`;
      }
      if (content.damage !== null) return content;
      count(content, seq, JSON.parse(record) as Tap | CutNote);
      content.lastHash = hash;
      expected += 1;
    }
  } catch (error) {
    content.damage = `record ${expected} cannot be read: ${(error as Error).message}`;
  }
  return content;
}

function count(content: JournalContent, seq: number, record: Tap | CutNote): void {
  content.firstSeq ??= seq;
  content.firstAt ??= record.at;
  content.lastSeq = seq;
  content.lastAt = record.at;
  if ('note' in record) {
    content.notes.push(record);
    return;
  }
  content.taps += 1;
  if (record.reason === undefined) content.accepted += 1;
  else content.reasons[record.reason] = (content.reasons[record.reason] ?? 0) + 1;
  for (const mark of record.marks) content.marks[mark] = (content.marks[mark] ?? 0) + 1;
}
