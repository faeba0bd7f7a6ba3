/** Opens the operator's database and brings it to the newest schema. */
import { migrate, openDatabase } from '@vedong/runtime/postgres';
import { migrations } from './migrations.ts';
import type { Db, OperatorTables } from './tables.ts';

export const schemaName = 'operator';

export const openOperatorDatabase = (url: string, poolSize: number): Db =>
  openDatabase<OperatorTables>({ url, schema: schemaName, poolSize });

/** Gives the names of the migrations that ran. Throws where one fails. */
export async function migrateOperator(url: string): Promise<string[]> {
  const db = openOperatorDatabase(url, 1);
  try {
    return await migrate(db, schemaName, migrations);
  } finally {
    await db.destroy();
  }
}
