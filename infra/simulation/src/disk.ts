/** A validator's disk: real SQLite, whose writes may fail or be the last thing a process does. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { Tap } from '@vedong/travel';

/** What becomes of one write; a crash falls before it reaches the disk or after. */
export type WriteFate = 'done' | 'full' | 'crash_before' | 'crash_after';

/** Thrown into the process that has just died. */
export class ProcessDied extends Error {}

export interface JournalRow {
  seq: number;
  hash: string;
  record: string;
  tap: Tap;
  /** When the disk had it, true time. */
  writtenAt: number;
}

export interface Disk {
  /** The disk as a new process sees it; the one before it can touch it no more. */
  mount(fateOf: () => WriteFate, onDeath: () => void): DatabaseSync;
  /** What was committed since this was last asked for, in order. */
  readNewRows(): JournalRow[];
  /** Every tap that is on the disk, or was before it was delivered and deleted. */
  holds(tapId: string): boolean;
  raw: DatabaseSync;
  close(): void;
}

export function createDisk(nowMilliseconds: () => number): Disk {
  const raw = new DatabaseSync(':memory:');
  const statements = new Map<string, StatementSync>();
  const held = new Set<string>();
  let readSeq = 0;
  let unreported: JournalRow[] = [];
  let mounts = 0;

  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql) ?? raw.prepare(sql);
    statements.set(sql, known);
    return known;
  };

  /** Looks at the table, not at the code that wrote it. */
  function absorb(): void {
    if (raw.isTransaction) return;
    const rows = prepare('select seq, hash, record from taps where seq > ? order by seq').all(readSeq);
    for (const { seq, hash, record } of rows as unknown as { seq: number; hash: string; record: string }[]) {
      const tap = JSON.parse(record) as Tap;
      held.add(tap.tapId);
      unreported.push({ seq, hash, record, tap, writtenAt: nowMilliseconds() });
      readSeq = seq;
    }
  }

  function mount(fateOf: () => WriteFate, onDeath: () => void): DatabaseSync {
    mounts += 1;
    const own = mounts;
    let isDead = false;

    const die = (): never => {
      isDead = true;
      if (raw.isTransaction) raw.exec('rollback');
      onDeath();
      throw new ProcessDied('the process has died');
    };
    const requireLife = () => {
      if (isDead || own !== mounts) throw new ProcessDied('the process is dead');
    };
    const write = <T>(act: () => T): T => {
      requireLife();
      const fate = fateOf();
      if (fate === 'crash_before') return die();
      if (fate === 'full') throw Object.assign(new Error('database or disk is full'), { errcode: 13 });
      const result = act();
      absorb();
      return fate === 'crash_after' ? die() : result;
    };

    const view = {
      prepare: (sql: string) => {
        requireLife();
        const statement = prepare(sql);
        const isRead = /^\s*select/i.test(sql);
        return {
          run: (...values: SQLInputValue[]) => write(() => statement.run(...values)),
          get: (...values: SQLInputValue[]) =>
            isRead ? (requireLife(), statement.get(...values)) : write(() => statement.get(...values)),
          all: (...values: SQLInputValue[]) =>
            isRead ? (requireLife(), statement.all(...values)) : write(() => statement.all(...values)),
          iterate: (...values: SQLInputValue[]) => (requireLife(), statement.iterate(...values)),
        };
      },
      exec(sql: string) {
        // Undoing needs no room on the disk.
        if (/^\s*rollback/i.test(sql)) {
          requireLife();
          raw.exec(sql);
        } else write(() => raw.exec(sql));
      },
      get isTransaction() {
        return !isDead && own === mounts && raw.isTransaction;
      },
      close: () => {},
    };
    return view as unknown as DatabaseSync;
  }

  return {
    mount,
    raw,
    readNewRows() {
      const rows = unreported;
      unreported = [];
      return rows;
    },
    holds: (tapId) => held.has(tapId),
    close: () => raw.close(),
  };
}
