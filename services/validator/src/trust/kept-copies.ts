/** Last good copies of what was fetched, kept in the validator's file so that it starts without a network. */
import type { DatabaseSync } from 'node:sqlite';

export interface KeptCopy {
  content: string;
  /** Never goes down for one name; 0 where the content has no version. */
  version: number;
}

export function findCopy(db: DatabaseSync, name: string): KeptCopy | undefined {
  return db.prepare('select content, version from kept_copies where name = ?').get(name) as
    KeptCopy | undefined;
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
