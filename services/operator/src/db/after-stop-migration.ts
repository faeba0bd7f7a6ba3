/** Which tap a rider's second try stands for, after a gate died before it answered. Frozen, as every migration. */
import { sql, type Migration } from 'kysely';

export const afterStopMigration: Migration = {
  async up(db) {
    await sql.raw('alter table taps add column continues uuid').execute(db);
  },
};
