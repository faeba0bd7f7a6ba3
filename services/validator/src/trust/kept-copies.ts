/** Last good copies of what was fetched, kept in the validator's file so that it starts without a network. */
import type { DatabaseSync } from 'node:sqlite';

export interface KeptCopy {
  content: string;
  /** Never goes down for one name; 0 where the content has no version. */
  version: number;
}

/** The content of a copy. */
export function findCopy(db: DatabaseSync, name: string): string | undefined {
  const row = db.prepare('select content from kept_copies where name = ?').get(name);
  return row?.['content'] as string | undefined;
}

/** The version below which nothing of this name is taken; 0 for what was never kept. */
export function findCopyVersion(db: DatabaseSync, name: string): number {
  const row = db.prepare('select version from kept_copies where name = ?').get(name);
  return (row?.['version'] as number | undefined) ?? 0;
}

/** Writes only what is new: most refreshes bring what is already there. */
export function keepCopy(db: DatabaseSync, name: string, { content, version }: KeptCopy): void {
  db.prepare(
    `insert into kept_copies (name, content, version) values (?, ?, ?)
     on conflict (name) do update set content = excluded.content, version = excluded.version
     where content <> excluded.content or version <> excluded.version`,
  ).run(name, content, version);
}

export function listCopyNames(db: DatabaseSync): string[] {
  return (db.prepare('select name from kept_copies').all() as { name: string }[]).map(({ name }) => name);
}

export function dropCopy(db: DatabaseSync, name: string): void {
  db.prepare('delete from kept_copies where name = ?').run(name);
}
