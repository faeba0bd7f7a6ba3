/** Who set a line's anti-passback rule, and to what: added to, never changed. Frozen, as every migration. */
import { sql, type Migration } from 'kysely';

export const passbackChangesMigration: Migration = {
  async up(db) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  `create table passback_changes (
    change_no bigint primary key generated always as identity,
    line_id text not null references lines,
    passback jsonb not null,
    changed_by text not null,
    changed_at timestamptz not null
  )`,
  `create index passback_changes_line on passback_changes (line_id, change_no desc)`,
  `create trigger passback_changes_append_only before update or delete or truncate on passback_changes
    for each statement execute function refuse_change()`,
];
