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
  create table if not exists put_aside (seq integer primary key, code text not null) strict;
  create table if not exists clock_mark (
    id integer primary key check (id = 1), high_water_milliseconds integer not null, tries integer not null
  ) strict;
  insert or ignore into clock_mark values (1, 0, 0);
`;

/**
 * Opens the file in a folder that only this account can read, and keeps every other process out of it.
 * Throws ConfigError with a sentence when that cannot be done.
 */
export function openStore(folder: string): DatabaseSync {
  const file = join(folder, 'validator.sqlite');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    closeSync(openSync(file, 'a', 0o600));
    const db = new DatabaseSync(file);
    db.exec('pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full');
    createTables(db);
    return db;
  } catch (error) {
    throw new ConfigError(`${explain(error as NodeJS.ErrnoException & { errcode?: number })} (${file})`);
  }
}

/** What a new file lacks; nothing in one that has it. */
export const createTables = (db: DatabaseSync): void => db.exec(schema);

/** SQLite's result codes: https://sqlite.org/rescode.html; extended codes carry the plain one in their low byte. */
function explain({ code, errcode, message }: NodeJS.ErrnoException & { errcode?: number }): string {
  switch (errcode === undefined ? code : errcode & 0xff) {
    case 5:
      return 'Another validator is using this data folder. Stop it, or set DATA_FOLDER to another folder';
    case 11:
    case 26:
      return 'The journal is damaged and cannot be read. Keep the file for recovery and give the validator a new DATA_FOLDER';
    case 8:
    case 'EROFS':
    case 'EACCES':
    case 'EPERM':
      return 'The data folder cannot be written. Give this account the right to, or set DATA_FOLDER to another folder';
    case 13:
    case 'ENOSPC':
      return 'The disk of the data folder is full. Make room and start again';
    default:
      return `The data folder cannot be used: ${message}`;
  }
}
