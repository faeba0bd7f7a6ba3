import { describeSchema } from '@vedong/runtime/postgres';
import { createTestDatabase } from '@vedong/testing/postgres';
import { expect, it } from 'vitest';
import { migrateOperator, openOperatorDatabase, schemaName } from '../src/db/database.ts';

it('is what schema.sql says, and a second migration changes nothing', async () => {
  const database = await createTestDatabase(migrateOperator);
  const db = openOperatorDatabase(database.url, 1);
  await expect(await describeSchema(db, schemaName)).toMatchFileSnapshot('../schema.sql');
  expect(await migrateOperator(database.url)).toEqual([]);
  await db.destroy();
  await database.drop();
});
