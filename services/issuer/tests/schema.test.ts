import { describeSchema } from '@vedong/runtime/postgres';
import { createTestDatabase } from '@vedong/testing/postgres';
import { expect, it } from 'vitest';
import { migrateIssuer, openIssuerDatabase, schema } from '../src/db/database.ts';

it('schema.sql is what the migrations make (renew it with vitest -u)', async () => {
  const database = await createTestDatabase(migrateIssuer);
  const db = openIssuerDatabase(database.url, 1);
  const described = await describeSchema(db, schema);
  await db.destroy();
  await database.drop();
  await expect(described).toMatchFileSnapshot('../schema.sql');
});
