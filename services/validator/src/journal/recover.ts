/** A damaged journal: the file is kept aside as it is, and a new one made of all that can be read and verified. */
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { chainStart, nextChainHash } from '@vedong/runtime/journal-chain';
import { findCopy } from '../trust/kept-copies.ts';
import { createTables, prepareFile, storeFile } from '../store.ts';
import { writeCutNote } from './cuts.ts';
import { writePosition, type Link, type Position } from './delivery.ts';

/** What a start found and did about it. */
export interface Recovery {
  /** Where the damaged file lies now. */
  asideFile: string;
  keptTaps: number;
  setAside: number;
  why: string;
}

interface TapRow extends Link {
  at: number;
  record: string;
}

interface KeptText {
  name: string;
  content: string;
  version: number;
}

/** What could still be read. */
interface Salvage {
  position: Position;
  copies: KeptText[];
  /** Changes of status lists after the copies. */
  deltas: KeptText[];
  highWaterMilliseconds: number;
  /** The good part, after `from`. */
  from: Link;
  taps: TapRow[];
  setAside: number;
}

/** Beside the store: who this validator is, for when the store is lost. */
const enrolmentFile = 'enrolment.json';

/** Rebuilds the store of a folder in which no validator is running. */
export function recoverStore(folder: string, why: string, nowMilliseconds: number): Recovery {
  const file = storeFile(folder);
  const salvage = readWhatIsGood(file);
  addEnrolment(folder, salvage);
  const fresh = `${file}.new`;
  for (const end of ['', '-wal', '-shm']) rmSync(`${fresh}${end}`, { force: true });
  writeFresh(fresh, salvage, { why, nowMilliseconds });
  const asideFile = freeName(`${file}.damaged`);
  for (const end of ['', '-wal']) {
    if (existsSync(`${file}${end}`)) copyFileSync(`${file}${end}`, `${asideFile}${end}`);
  }
  for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
  renameSync(fresh, file);
  return { asideFile, keptTaps: salvage.taps.length, setAside: salvage.setAside, why };
}

function freeName(name: string): string {
  for (let number = 1; ; number += 1) {
    if (!existsSync(`${name}-${number}`)) return `${name}-${number}`;
  }
}

function readWhatIsGood(file: string): Salvage {
  const nothing = { seq: 0, hash: chainStart };
  const position = { deliveredSeq: 0, deliveredAtMilliseconds: null, pruned: nothing };
  const empty = {
    position,
    copies: [],
    deltas: [],
    highWaterMilliseconds: 0,
    from: nothing,
    taps: [],
    setAside: 0,
  };
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(file);
    db.exec('pragma locking_mode = exclusive');
    return readAll(db, empty);
  } catch {
    return empty;
  } finally {
    try {
      db?.close();
    } catch {
      // What cannot be closed cleanly was read as far as it can be.
    }
  }
}

function readAll(db: DatabaseSync, empty: Salvage): Salvage {
  const position = attempt(() => readStoredPosition(db)) ?? empty.position;
  const copies = readRows<KeptText>(db, 'select name, content, version from kept_copies');
  const deltas = readRows<KeptText>(db, 'select name, content, version from kept_deltas');
  const mark = attempt(() => db.prepare('select high_water_milliseconds as mark from clock_mark').get());
  const rows = readRows<TapRow>(db, 'select seq, at_milliseconds as at, record, hash from taps order by seq');
  const good = goodPart(rows, position);
  return {
    position,
    copies,
    deltas,
    highWaterMilliseconds: Number(mark?.['mark'] ?? 0),
    ...good,
    setAside: rows.length - good.taps.length,
  };
}

/**
 * The taps that verify. Damage among those the operator has costs nothing: the others are linked to the last of them.
 */
function goodPart(rows: TapRow[], { deliveredSeq, pruned }: Position): { from: Link; taps: TapRow[] } {
  const whole = verifiedPrefix(rows, pruned);
  const end = whole.at(-1)?.seq ?? pruned.seq;
  const delivered = rows.find(({ seq }) => seq === deliveredSeq);
  if (end >= deliveredSeq || delivered === undefined) return { from: pruned, taps: whole };
  const later = rows.filter(({ seq }) => seq > deliveredSeq);
  const from = { seq: delivered.seq, hash: delivered.hash };
  return { from, taps: verifiedPrefix(later, from) };
}

function verifiedPrefix(rows: readonly TapRow[], from: Link): TapRow[] {
  let { seq, hash } = from;
  const good: TapRow[] = [];
  for (const row of rows) {
    if (row.seq !== seq + 1 || row.hash !== nextChainHash(hash, row.record)) break;
    good.push(row);
    ({ seq, hash } = row);
  }
  return good;
}

/** Rows up to the first that cannot be read. */
function readRows<Row>(db: DatabaseSync, sql: string): Row[] {
  const rows: Row[] = [];
  try {
    for (const row of db.prepare(sql).iterate()) rows.push(row as Row);
  } catch {
    // What was read so far counts.
  }
  return rows;
}

function readStoredPosition(db: DatabaseSync): Position {
  const row = db.prepare('select * from position').get()!;
  return {
    deliveredSeq: Number(row['delivered_seq']),
    deliveredAtMilliseconds: row['delivered_at_milliseconds'] as number | null,
    pruned: { seq: Number(row['pruned_seq']), hash: String(row['pruned_hash']) },
  };
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function writeFresh(
  file: string,
  { position, copies, deltas, highWaterMilliseconds, from, taps, setAside }: Salvage,
  { why, nowMilliseconds }: { why: string; nowMilliseconds: number },
): void {
  const db = prepareFile(file);
  createTables(db);
  db.exec('begin immediate');
  const keepCopy = db.prepare('insert into kept_copies (name, content, version) values (?, ?, ?)');
  for (const { name, content, version } of copies) keepCopy.run(name, content, version);
  const keepDelta = db.prepare('insert into kept_deltas (name, content, version) values (?, ?, ?)');
  for (const { name, content, version } of deltas) keepDelta.run(name, content, version);
  db.prepare('update clock_mark set high_water_milliseconds = ?').run(highWaterMilliseconds);
  const keepTap = db.prepare('insert into taps (seq, at_milliseconds, record, hash) values (?, ?, ?, ?)');
  for (const { seq, at, record, hash } of taps) keepTap.run(seq, at, record, hash);
  const tail = taps.at(-1) ?? from;
  const deliveredSeq = Math.min(Math.max(position.deliveredSeq, from.seq), tail.seq);
  writePosition(db, { ...position, deliveredSeq, pruned: from });
  const at = new Date(nowMilliseconds).toISOString();
  writeCutNote(db, tail, { note: 'journal_cut', at, keptSeq: tail.seq, setAside, why });
  db.exec('commit');
  db.close();
}

/** Writes it there once it is known; whether it lies there. */
export function keepEnrolment(folder: string, db: DatabaseSync): boolean {
  const content = findCopy(db, 'enrolment');
  if (content === undefined) return false;
  const file = join(folder, enrolmentFile);
  const isThere = attempt(() => readFileSync(file, 'utf8')) === content;
  return isThere || attempt(() => writeFileSync(file, content, { mode: 0o600 })) === undefined;
}

/** An enrolled validator whose store knows nothing of it: somebody took the file away. */
export const isLost = (folder: string, db: DatabaseSync): boolean =>
  findCopy(db, 'enrolment') === undefined && existsSync(join(folder, enrolmentFile));

/** Where the store's copy is gone: who this validator is also lies beside it. */
function addEnrolment(folder: string, { copies }: Salvage): void {
  if (copies.some(({ name }) => name === 'enrolment')) return;
  const content = attempt(() => readFileSync(join(folder, enrolmentFile), 'utf8'));
  if (content !== undefined) copies.push({ name: 'enrolment', content, version: 0 });
}
