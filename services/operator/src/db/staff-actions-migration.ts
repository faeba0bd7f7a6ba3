/** The record of what staff do to riders' money and data. */
import { sql, type Migration } from 'kysely';

export const staffActionsMigration: Migration = {
  async up(db) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};

const statements = [
  // `outcome` is null where the service ended before the answer came.
  `create table staff_actions (
    action_id uuid primary key default gen_random_uuid(),
    staff text not null,
    action text not null,
    subject text not null,
    reason text not null,
    at timestamptz not null,
    outcome text
  )`,
  `create index staff_actions_at on staff_actions (at desc)`,
  `create index staff_actions_subject on staff_actions (subject)`,
];
