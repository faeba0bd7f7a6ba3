/** A blocked card and a condemned key are refused as soon as the issuer says so, and after every way of missing it. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestCity, type TestCity } from './test-city.ts';
import { eventually, startReadyValidator, startValidator, type TestValidator } from './test-validator.ts';

const patienceSeconds = 30;
let city: TestCity;
let validator: TestValidator;

/** So rarely that only what is pushed can be the cause. */
const env = { REFRESH_SECONDS: '3600' };
const hasChanges = async (how: 'pushed' | 'polled') =>
  eventually(async () => (await validator.status()).changes === how, patienceSeconds);
const hasLists = async () =>
  eventually(async () => (await validator.status()).statusLists.length === 3, patienceSeconds);
const todaysVersion = async () => (await validator.status()).statusLists[1]!.version;

beforeEach(async () => {
  city = await startTestCity();
  city.state.hasStream = true;
  city.state.listVersion = 5;
  validator = await startReadyValidator({ city, env });
  await hasLists();
  await hasChanges('pushed');
});
afterEach(async () => {
  await validator.stop();
  await city.stop();
});

const answerFor = async (statusIdx: number) => {
  const { outcome, reason } = await validator.tap(await city.ticket({ statusIdx }));
  return reason ?? outcome;
};
const isRefused = (statusIdx: number, reason = 'revoked') =>
  eventually(async () => (await answerFor(statusIdx)) === reason, patienceSeconds);

it('a pushed delta is taken without asking for anything', async () => {
  const { fullListsGiven } = city.state;
  expect(await answerFor(7)).toBe('accepted');
  city.revoke(7);
  city.state.hasLists = false; // nothing but the delta can bring it
  await city.pushLists();
  await isRefused(7);
  expect(await todaysVersion()).toBe(6);
  expect(city.state.fullListsGiven).toBe(fullListsGiven);
  expect(await answerFor(8)).toBe('accepted');
});

it('a delta that was missed is fetched, and the list where there is no delta', async () => {
  city.revoke(7);
  city.revoke(8);
  await city.pushLists();
  await isRefused(7);
  expect(await answerFor(8)).toBe('revoked');
  const { fullListsGiven } = city.state;
  expect(city.state.deltasGiven).toBeGreaterThan(0);
  city.revoke(9);
  city.forgetChanges();
  await city.pushLists();
  await isRefused(9);
  expect(city.state.fullListsGiven).toBeGreaterThan(fullListsGiven);
});

it('what happened while it was away is caught up on return', async () => {
  city.state.isUp = false;
  city.cutStreams();
  await hasChanges('polled');
  city.revoke(7);
  expect(await answerFor(7)).toBe('accepted');
  city.state.isUp = true;
  await isRefused(7);
  await hasChanges('pushed');
});

it('a key marked compromised is refused like a blocked card, and the lists it signed are asked for anew', async () => {
  const { fullListsGiven } = city.state;
  city.state.keyStatus = 'compromised';
  city.state.bundleVersion = 2;
  await city.pushBundle();
  await isRefused(1, 'key_revoked');
  expect((await validator.status()).trust?.version).toBe(2);
  await eventually(() => city.state.fullListsGiven >= fullListsGiven + 3, patienceSeconds);
});

it('nothing that does not verify is taken, and the next change still arrives', async () => {
  const bundle = await city.signBundle({ version: 9 });
  city.push([
    ['trust-bundle', `${bundle.slice(0, -10)}AAAAAAAAAA`],
    ['trust-bundle', await city.signBundle({ version: 0 })],
    ['status-delta', 'no token'],
    ['status-delta', bundle],
    ['versions', '{"trustBundle":"7"}'],
    ['versions', 'no JSON'],
    ['something else', '{}'],
  ]);
  city.revoke(7);
  await city.pushLists();
  await isRefused(7);
  expect((await validator.status()).trust?.version).toBe(1);
});

it('deltas are kept: a start without a network knows them, and no older version comes back', async () => {
  for (const statusIdx of [7, 8]) {
    city.revoke(statusIdx);
    await city.pushLists();
    await isRefused(statusIdx);
  }
  await validator.stop();
  city.state.isUp = false;
  validator = await startValidator({ city, folder: validator.folder, env });
  expect([await answerFor(7), await answerFor(8), await answerFor(9)]).toEqual([
    'revoked',
    'revoked',
    'accepted',
  ]);
  expect(await todaysVersion()).toBe(7);

  city.state.cardStatus.clear();
  city.state.listVersion = 6;
  city.state.isUp = true;
  await validator.stop();
  validator = await startReadyValidator({ city, folder: validator.folder, env: { REFRESH_SECONDS: '1' } });
  await hasChanges('pushed');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect([await answerFor(7), await todaysVersion()]).toEqual(['revoked', 7]);
});

it.each([
  ['is missing', 'delete from kept_deltas where version = 7'],
  ['was changed', `update kept_deltas set content = replace(content, '.', '.A') where version = 7`],
])('a list whose last delta %s is not used, and its version still counts', async (_what, sql) => {
  for (const statusIdx of [7, 8]) {
    city.revoke(statusIdx);
    await city.pushLists();
    await isRefused(statusIdx);
  }
  await validator.stop();
  const db = new DatabaseSync(join(validator.folder, 'validator.sqlite'));
  db.exec(sql);
  db.close();
  city.state.hasStream = false;
  city.state.cardStatus.clear();
  city.state.listVersion = 6;
  validator = await startReadyValidator({ city, folder: validator.folder, env: { REFRESH_SECONDS: '1' } });
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect((await validator.status()).statusLists.map(({ version }) => version)).not.toContain(6);
  city.state.cardStatus.set(8, 1);
  city.state.listVersion = 7;
  await isRefused(8);
});
