import { generateKeyPairSync } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { buildStatusList, createKeySet, signStatusList } from '@vedong/ticket';
import { ed25519Signer } from '@vedong/ticket/node';
import { simulateClock } from '@vedong/testing/clock';
import { expect, it } from 'vitest';
import { createTables } from '../store.ts';
import { createHeldLists, listName } from './held-lists.ts';

const now = Date.parse('2026-11-25T03:00:00Z') / 1000;
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const { x = '' } = publicKey.export({ format: 'jwk' });
const key = { kty: 'OKP', crv: 'Ed25519', x, kid: '1.1', alg: 'Ed25519', use: 'sig' } as const;
const keys = createKeySet({
  issuers: [{ issuer: 1, keys: [{ ...key, nbf: 0, exp: now + 1000, status: 'active' }] }],
});
const wanted = (serviceDay: string) => {
  return {
    name: listName(1, serviceDay),
    url: `https://issuer.example/${serviceDay}`,
    issuer: 1,
    serviceDay,
  };
};
const listOf = (serviceDay: string, version: number) =>
  signStatusList(
    {
      sub: wanted(serviceDay).url,
      version,
      iat: now - 60,
      exp: now + 1000,
      ttl: 15,
      list: buildStatusList(8, [[version, 1]]),
    },
    { kid: '1.1', sign: ed25519Signer(privateKey) },
  );

it('takes no older list of a day that it had forgotten, as a clock that was wrong makes it forget', async () => {
  const db = new DatabaseSync(':memory:');
  createTables(db);
  const parts = { db, clock: simulateClock(now * 1000), keys: () => keys };
  const lists = createHeldLists(parts);
  const day = '2026-11-26';
  await lists.takeFull(wanted(day), await listOf(day, 5));
  lists.keepOnly(new Set([listName(1, '2026-11-25')]));
  expect(lists.all()).toEqual([]);

  const older = await listOf(day, 4);
  for (const memory of [lists, createHeldLists(parts)]) {
    await memory.load(wanted(day));
    expect(memory.find(listName(1, day))).toBeUndefined();
    await expect(memory.takeFull(wanted(day), older)).rejects.toMatchObject({ code: 'version_too_low' });
  }
  await lists.takeFull(wanted(day), await listOf(day, 5));
  expect(lists.find(listName(1, day))?.version).toBe(5);
});
