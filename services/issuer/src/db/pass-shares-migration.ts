/** What each agency gets of the price of a pass. */
import { sql, type Kysely, type Migration } from 'kysely';

export const passSharesMigration: Migration = {
  up: async (db: Kysely<unknown>) => {
    // Made anew by every report from the trips that are known by then; agency '' is what nobody has earned.
    await sql`create table pass_shares (
      pass_id uuid not null references passes,
      agency text not null,
      amount bigint not null check (amount >= 0),
      primary key (pass_id, agency)
    )`.execute(db);
    await sql`create index passes_bought_at on passes (bought_at)`.execute(db);
  },
};
