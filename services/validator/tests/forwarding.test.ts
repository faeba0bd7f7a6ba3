/** Delivery to the operator: through its absences, after its loss of taps, and the end of delivered taps. */
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { chainStart, nextChainHash } from '@vedong/runtime/journal-chain';
import { simulateClock } from '@vedong/testing/clock';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestCity, type TestCity } from './test-city.ts';
import { eventually, startReadyValidator, type TestValidator } from './test-validator.ts';

const clock = simulateClock(Date.now());
let city: TestCity;
let validator: TestValidator;

beforeEach(async () => {
  city = await startTestCity(() => Math.floor(clock.nowMilliseconds() / 1000));
  city.state.bundleLifetimeSeconds = 86_400 * 30;
  validator = await startReadyValidator({ city, clock });
});
afterEach(async () => {
  await validator.stop();
  await city.stop();
});

const tapMany = async (count: number) => {
  for (let index = 0; index < count; index += 1) await validator.tap(await city.ticket());
};
const allDelivered = () => eventually(async () => (await validator.status()).journal.unsent === 0);

it('keeps taps while the operator is away and delivers them in order when it is back', async () => {
  await tapMany(2);
  await allDelivered();
  city.state.isUp = false;
  await tapMany(20);
  expect((await validator.status()).journal).toMatchObject({ lastSeq: 22, unsent: 20 });
  city.state.isUp = true;
  await allDelivered();
  expect(city.state.taps).toHaveLength(22);
});

it('F15: shows what the operator puts aside, and goes on behind it', async () => {
  await tapMany(1);
  await allDelivered();
  city.state.isUp = false;
  const tapIds: string[] = [];
  for (let index = 0; index < 5; index += 1) tapIds.push((await validator.tap(await city.ticket())).tapId);
  city.state.poison.add(tapIds[1]!).add(tapIds[3]!);
  city.state.isUp = true;
  await allDelivered();
  await tapMany(1);
  await allDelivered();
  expect((await validator.status()).journal).toMatchObject({ lastSeq: 7, quarantined: 2 });
  expect(city.state.taps).toHaveLength(5);
  const metrics = await (await fetch(`${validator.url}/metrics`)).text();
  expect(metrics).toMatch(/vedong_journal_quarantined_taps\{[^}]*\} 2/);
});

it('sends taps of one moment together', async () => {
  const tickets = await Promise.all(Array.from({ length: 100 }, () => city.ticket()));
  await Promise.all(tickets.map((ticket) => validator.tap(ticket)));
  await allDelivered();
  expect(city.state.taps).toHaveLength(100);
  expect(city.state.batches).toBeLessThan(30);
});

it('begins again at the oldest tap kept when the operator has lost some', async () => {
  await tapMany(5);
  await allDelivered();
  city.state.taps.length = 2;
  city.state.records.length = 2;
  city.state.lastHash = city.state.records.reduce(nextChainHash, chainStart);
  await tapMany(1);
  await eventually(() => city.state.records.length === 6);
  await allDelivered();
  expect(new Set(city.state.taps.map(({ tapId }) => tapId)).size).toBe(6);
});

it('deletes taps the operator has after their time, and the chain still holds', async () => {
  await tapMany(5);
  await allDelivered();
  clock.advance(8 * 86_400_000);
  await tapMany(2);
  await allDelivered();
  await validator.stop();
  const db = new DatabaseSync(join(validator.folder, 'validator.sqlite'));
  expect(db.prepare('select min(seq) as first, max(seq) as last from taps').get()).toEqual({
    first: 6,
    last: 7,
  });
  db.close();
  validator = await startReadyValidator({ city, clock, folder: validator.folder });
  await tapMany(1);
  await allDelivered();
  expect(city.state.records).toHaveLength(8);
});

it('never deletes what the operator does not have', async () => {
  city.state.isUp = false;
  await tapMany(3);
  clock.advance(8 * 86_400_000);
  await tapMany(1);
  city.state.isUp = true;
  await allDelivered();
  expect(city.state.taps).toHaveLength(4);
});
