/** Last good copies of what was fetched, kept in the validator's file so that it starts without a network. */
import type { DatabaseSync } from 'node:sqlite';
import { TrustError } from '@vedong/ticket';

export interface KeptCopy {
  content: string;
  /** Never goes down for one name; 0 where the content has no version. */
  version: number;
}

/** The content of a copy; of a status list, as it was last taken whole. */
export function findCopy(db: DatabaseSync, name: string): string | undefined {
  const row = db.prepare('select content from kept_copies where name = ?').get(name);
  return row?.['content'] as string | undefined;
}

/** The version below which nothing of this name is taken; 0 for what was never kept. */
export function findCopyVersion(db: DatabaseSync, name: string): number {
  const row = db.prepare('select version from kept_copies where name = ?').get(name);
  return (row?.['version'] as number | undefined) ?? 0;
}

/**
 * Writes only what is new: most refreshes bring what is already there.
 * Throws TrustError `version_too_low` for a version below the one kept.
 */
export function keepCopy(db: DatabaseSync, name: string, { content, version }: KeptCopy): void {
  const kept = findCopyVersion(db, name);
  if (version < kept) throw new TrustError('version_too_low', `version ${version} is older than ${kept}`);
  inTransaction(db, () => {
    db.prepare('delete from kept_deltas where name = ?').run(name);
    db.prepare(
      `insert into kept_copies (name, content, version) values (?, ?, ?)
       on conflict (name) do update set content = excluded.content, version = excluded.version
       where content <> excluded.content or version <> excluded.version`,
    ).run(name, content, version);
  });
}

/** Adds what leads from the version of a copy to a later one. */
export function keepDelta(db: DatabaseSync, name: string, { content, version }: KeptCopy): void {
  inTransaction(db, () => {
    db.prepare('insert into kept_deltas (name, version, content) values (?, ?, ?)').run(
      name,
      version,
      content,
    );
    db.prepare('update kept_copies set version = ? where name = ?').run(version, name);
  });
}

/** The deltas after a copy, in order. */
export function listDeltas(db: DatabaseSync, name: string): string[] {
  const rows = db.prepare('select content from kept_deltas where name = ? order by version').all(name);
  return (rows as { content: string }[]).map(({ content }) => content);
}

export function listCopyNames(db: DatabaseSync): string[] {
  return (db.prepare('select name from kept_copies').all() as { name: string }[]).map(({ name }) => name);
}

export function dropCopy(db: DatabaseSync, name: string): void {
  inTransaction(db, () => {
    db.prepare('delete from kept_deltas where name = ?').run(name);
    db.prepare('delete from kept_copies where name = ?').run(name);
  });
}

/** No other transaction can be under way: each begins and ends without waiting for anything. */
function inTransaction(db: DatabaseSync, work: () => void): void {
  db.exec('begin immediate');
  try {
    work();
    db.exec('commit');
  } catch (error) {
    if (db.isTransaction) db.exec('rollback');
    throw error;
  }
}
