/** The issuer's database: its own schema, opened and brought up to date. */
import { migrate, openDatabase } from '@vedong/runtime/postgres';
import type { Kysely } from 'kysely';
import { migrations } from './migrations.ts';
import type { IssuerTables } from './tables.ts';

export type IssuerDb = Kysely<IssuerTables>;

export const schema = 'issuer';

export const openIssuerDatabase = (url: string, poolSize: number): IssuerDb =>
  openDatabase<IssuerTables>({ url, schema, poolSize });

/** Returns the names of the migrations it ran. */
export async function migrateIssuer(url: string): Promise<string[]> {
  const db = openIssuerDatabase(url, 1);
  try {
    return await migrate(db, schema, migrations);
  } finally {
    await db.destroy();
  }
}
