/** The validator's one file: journal and last good copies in SQLite, each commit on disk before it returns. */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConfigError } from '@vedong/runtime/config';
import { chainStart } from '@vedong/runtime/journal-chain';

const schema = `
  create table if not exists taps (
    seq integer primary key, at_milliseconds integer not null, record text not null, hash text not null
  ) strict;
  create table if not exists position (
    id integer primary key check (id = 1),
    delivered_seq integer not null, delivered_at_milliseconds integer,
    pruned_seq integer not null, pruned_hash text not null
  ) strict;
  insert or ignore into position values (1, 0, null, 0, '${chainStart}');
  create table if not exists kept_copies (
    name text primary key, content text not null, version integer not null
  ) strict;
  create table if not exists journal_cuts (
    cut_id integer primary key, kept_seq integer not null, at_milliseconds integer not null,
    set_aside integer not null, why text not null, is_settled integer not null
  ) strict;
  create table if not exists put_aside (seq integer primary key, code text not null) strict;
  create table if not exists clock_mark (
    id integer primary key check (id = 1), high_water_milliseconds integer not null, tries integer not null
  ) strict;
  insert or ignore into clock_mark values (1, 0, 0);
  create table if not exists clean_stop (id integer primary key check (id = 1), hash text not null) strict;
  create table if not exists kept_deltas (
    name text not null, version integer not null, content text not null, primary key (name, version)
  ) strict;
`;

/**
 * Opens the file in a folder that only this account can read, and keeps every other process out of it.
 * Throws ConfigError with a sentence when that cannot be done.
 */
export function openStore(folder: string): DatabaseSync {
  const file = storeFile(folder);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const db = prepareFile(file);
    createTables(db);
    return db;
  } catch (error) {
    throw explained(error, file);
  }
}

/**
 * What a start finds in the log may be in the system's memory alone, where a sync failed before: such pages count as
 * clean and no later sync writes them, so that after a power cut the log would end there, whatever followed it. Moved
 * into the file and synced, it is on disk before anything is built on it. Throws as `openStore` does.
 * https://www.usenix.org/conference/atc20/presentation/rebello
 */
export function emptyLog(db: DatabaseSync, folder: string): void {
  try {
    db.exec('pragma wal_checkpoint(truncate)');
  } catch (error) {
    throw explained(error, storeFile(folder));
  }
}

function explained(error: unknown, file: string): ConfigError {
  const { errcode, message } = error as Error & { errcode?: number };
  if (errcode !== undefined && damageCodes.has(errcode & 0xff)) return new DamagedStoreError(message);
  return new ConfigError(`${explain(error as NodeJS.ErrnoException & { errcode?: number })} (${file})`);
}

export const storeFile = (folder: string): string => join(folder, 'validator.sqlite');

/** Opens a file that only this account can read, in the way in which each commit is on disk before it returns. */
export function prepareFile(file: string): DatabaseSync {
  closeSync(openSync(file, 'a', 0o600));
  const db = new DatabaseSync(file);
  db.exec('pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full');
  return db;
}

/** What a new file lacks; nothing in one that has it. */
export const createTables = (db: DatabaseSync): void => db.exec(schema);

/** What is in the file is not what was written. */
export class DamagedStoreError extends ConfigError {}

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const damageCodes = new Set([11, 26]);

/** SQLite's result codes: https://sqlite.org/rescode.html; extended codes carry the plain one in their low byte. */
function explain({ code, errcode, message }: NodeJS.ErrnoException & { errcode?: number }): string {
  switch (errcode === undefined ? code : errcode & 0xff) {
    case 5:
      return 'Another validator is using this data folder. Stop it, or set DATA_FOLDER to another folder';
    case 8:
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return 'The data folder cannot be written. Give this account the right to, or set DATA_FOLDER to another folder';
    case 10:
      return `The disk of the data folder fails (${message}). Replace it; the journal on it is kept as it is`;
    case 13:
    case 'ENOSPC':
      return 'The disk of the data folder is full. Make room and start again';
    default:
      return `The data folder cannot be used: ${message}`;
  }
}
