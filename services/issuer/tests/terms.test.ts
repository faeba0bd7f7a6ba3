/** The copy of the operator's terms: taken over, kept while the operator is away, nothing without it. */
import { createClient, type OperatorApi } from '@vedong/contracts';
import { serve } from '@vedong/testing/http';
import { createTestDatabase } from '@vedong/testing/postgres';
import { expect, it } from 'vitest';
import { migrateIssuer, openIssuerDatabase } from '../src/db/database.ts';
import { listLines, listTerms } from '../src/db/terms.ts';
import { refreshTerms } from '../src/terms.ts';
import { terms } from './tariff-terms.ts';

const lines = [{ lineId: '32', nameVi: 'Buýt 32', nameEn: 'Bus 32', mode: 'bus' }];

it('takes over what the operator says and keeps it while it is away', async () => {
  const database = await createTestDatabase(migrateIssuer);
  const db = openIssuerDatabase(database.url, 2);
  let tariffs = terms;
  const server = await serve((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ lines, tariffs: tariffs.map((one) => ({ name: 'Hà Nội', ...one })) }));
  });
  const operator = createClient<OperatorApi>(server.url);

  expect(await listTerms(db)).toEqual([]);
  await refreshTerms(db, operator);
  expect(await listTerms(db)).toEqual(terms);
  expect(await listLines(db)).toEqual(lines);
  tariffs = [{ ...terms[0]!, to: '2026-12-31' }];
  await refreshTerms(db, operator);
  expect(await listTerms(db)).toEqual(tariffs);
  await server.stop();
  await expect(refreshTerms(db, operator)).rejects.toMatchObject({ code: 'no_answer' });
  expect(await listTerms(db)).toEqual(tariffs);
  await db.destroy();
  await database.drop();
});
