/** A migration as SQL statements, run in order. */
import { sql, type Kysely } from 'kysely';

export const statements =
  (...texts: string[]) =>
  async (db: Kysely<unknown>): Promise<void> => {
    for (const text of texts) await sql.raw(text).execute(db);
  };
