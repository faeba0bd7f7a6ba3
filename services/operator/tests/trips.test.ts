import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { closeOverdueTrips } from '../src/make-trips.ts';
import { putTestNetwork, startTestOperator, type TestOperator } from './test-operator.ts';
import { enrolTestValidator, recordOf, type TestValidator } from './test-validator.ts';

let operator: TestOperator;
let validator: TestValidator;
let cardRef = '';
beforeAll(async () => {
  operator = await startTestOperator();
  validator = await enrolTestValidator(operator);
  await putTestNetwork(operator, validator.validatorId);
});
afterAll(() => operator.stop());
beforeEach(() => {
  cardRef = randomUUIDv7().replaceAll('-', '').slice(-16);
});

const noon = Date.parse('2026-11-23T07:00:00+07:00');
const planOf = (gateId: string, minutes: number, tapId = randomUUIDv7()) => ({
  gateId,
  at: new Date(noon + minutes * 60_000).toISOString(),
  cardRef,
  tapId,
});
let sent = 0;
async function tapInOrder(...plans: ReturnType<typeof planOf>[]) {
  for (const plan of plans) {
    validator.write(recordOf(plan));
    sent += 1;
    await validator.send(sent);
    await operator.pair();
  }
}
const trips = async () => (await operator.staff('GET /v1/trips', { query: { cardRef } })).trips;
const outline = async () => (await trips()).map(({ tripId, state }) => [tripId, state]);

it('opens a trip at the entry and completes it at the exit', async () => {
  const [entry, exit] = [planOf('m1-in', 0), planOf('m3-out', 12)];
  await tapInOrder(entry);
  expect(await trips()).toEqual([
    {
      tripId: entry.tapId,
      revision: 1,
      serviceDay: '2026-11-23',
      cardRef,
      mode: 'metro',
      lineId: 'M',
      lineName: 'Tuyến M',
      state: 'open',
      entry: { gateId: 'm1-in', nameVi: 'Ga 1', nameEn: 'Station 1', at: entry.at },
      exit: null,
      concession: 0,
      fare: null,
      pricing: null,
      inConflict: false,
    },
  ]);
  await tapInOrder(exit);
  expect(await trips()).toMatchObject([
    {
      tripId: entry.tapId,
      revision: 2,
      state: 'complete',
      exit: { gateId: 'm3-out', nameVi: 'Ga 3', at: exit.at },
    },
  ]);
  const one = await operator.staff('GET /v1/trips/{tripId}', { params: { tripId: entry.tapId } });
  expect(one.taps.map(({ tapId }) => tapId)).toEqual([entry.tapId, exit.tapId]);
});

it('makes the same trips whatever order the taps arrive in', async () => {
  const plans = [
    planOf('m1-in', 0),
    planOf('m2-out', 9),
    planOf('b1', 15),
    planOf('m2-in', 30),
    planOf('m4-out', 40),
  ];
  const orders = [
    [0, 1, 2, 3, 4],
    [4, 3, 2, 1, 0],
    [1, 4, 0, 2, 3],
    [3, 0, 4, 1, 2],
  ];
  const results = [];
  for (const order of orders) {
    cardRef = randomUUIDv7().replaceAll('-', '').slice(-16);
    const mine = plans.map((plan) => ({ ...plan, cardRef }));
    await tapInOrder(...order.map((index) => mine[index] as (typeof plans)[number]));
    results.push((await trips()).map((trip) => ({ ...trip, revision: 0, cardRef: '' })));
  }
  expect(results[0]).toHaveLength(3);
  for (const result of results) expect(result).toEqual(results[0]);
});

it('withdraws a trip that its late entry absorbs, and brings it back when the exit is free again', async () => {
  const [entry, early, exit] = [planOf('m1-in', 0), planOf('m2-out', 10), planOf('m3-out', 20)];
  await tapInOrder(exit);
  expect(await outline()).toEqual([[exit.tapId, 'missing_entry']]);
  await tapInOrder(entry);
  expect(await outline()).toEqual([[entry.tapId, 'complete']]);
  await expect(
    operator.staff('GET /v1/trips/{tripId}', { params: { tripId: exit.tapId } }),
  ).rejects.toMatchObject({ status: 404, code: 'trip_not_found' });
  await tapInOrder(early);
  expect(await outline()).toEqual([
    [exit.tapId, 'missing_entry'],
    [entry.tapId, 'complete'],
  ]);
  expect((await trips())[0]?.revision).toBe(3);
});

it('gives no new revision where nothing changed, and makes no trip of refusals', async () => {
  const entry = planOf('m1-in', 0);
  await tapInOrder(entry, { ...planOf('m1-in', 1), reason: 'replayed' } as ReturnType<typeof planOf>);
  await operator.db
    .insertInto('pairing_queue')
    .values({ service_day: '2026-11-23', card_refs: [cardRef] })
    .execute();
  await operator.pair();
  expect(await trips()).toMatchObject([{ tripId: entry.tapId, revision: 1 }]);
});

it('closes a trip whose exit never came, and completes it when the exit arrives late after all', async () => {
  const [entry, exit] = [planOf('m1-in', 0), planOf('m3-out', 60)];
  await tapInOrder(entry);
  operator.clock.setNow(noon + 4 * 3600_000);
  await closeOverdueTrips(operator.context);
  expect(await outline()).toEqual([[entry.tapId, 'open']]);
  operator.clock.setNow(noon + 4 * 3600_000 + 1000);
  await closeOverdueTrips(operator.context);
  expect(await outline()).toEqual([[entry.tapId, 'missing_exit']]);
  await tapInOrder(exit);
  expect(await trips()).toMatchObject([{ state: 'complete', revision: 3 }]);
});

it('pairs taps that arrive while a card is being paired', async () => {
  const plans = Array.from({ length: 20 }, (_, index) => [
    planOf('m1-in', index * 10),
    planOf('m2-out', index * 10 + 5),
  ]).flat();
  const pairing = { stop: false };
  const busy = (async () => {
    while (!pairing.stop) await operator.pair();
  })();
  for (const plan of plans) {
    validator.write(recordOf(plan));
    sent += 1;
    await validator.send(sent);
  }
  pairing.stop = true;
  await busy;
  await operator.pair();
  const all = await trips();
  expect(all).toHaveLength(20);
  expect(all.every(({ state }) => state === 'complete')).toBe(true);
});
