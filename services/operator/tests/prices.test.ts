/** Prices from tap to charge: by the tariff of the trip's moment, whenever the taps and the tariff arrive. */
import { randomUUIDv7 } from 'node:crypto';
import { charge } from '@vedong/contracts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { leaseCharges } from '../src/db/outbox.ts';
import { endTariff, importTariff } from '../src/import-tariff.ts';
import { smallTariff, withBusFare } from './small-tariff.ts';
import { putTestNetwork, startTestOperator, type TestOperator } from './test-operator.ts';
import { enrolTestValidator, recordOf, type TestValidator } from './test-validator.ts';

let operator: TestOperator;
let validator: TestValidator;
let cardRef = '';
let sent = 0;
beforeAll(async () => {
  operator = await startTestOperator('2026-11-23T10:00:00+07:00');
  validator = await enrolTestValidator(operator);
  await putTestNetwork(operator, validator.validatorId);
});
afterAll(() => operator.stop());
beforeEach(async () => {
  cardRef = randomUUIDv7().replaceAll('-', '').slice(-16);
  await operator.db.deleteFrom('tariffs').execute();
  await operator.db.deleteFrom('charge_outbox').execute();
});

const importNow = (texts: Map<string, string>, from: string, to: string | null = null) =>
  importTariff(operator.db, { texts }, { from, to, importedBy: 'test', now: new Date() });

async function tap(gateId: string, at: string, serviceDay = '2026-11-23'): Promise<void> {
  validator.write(recordOf({ gateId, at: `${at}:00+07:00`, cardRef, serviceDay }));
  sent += 1;
  await validator.send(sent);
  await operator.pair();
}
const trips = async () => (await operator.staff('GET /v1/trips', { query: { cardRef } })).trips;
const outline = async () =>
  (await trips()).map(({ fare, pricing, revision }) => [
    fare?.amount ?? null,
    pricing?.basis ?? null,
    revision,
  ]);

it('prices a trip when it is complete, shows it in list and detail, and puts all of it into the charge', async () => {
  const { tariff } = await importNow(smallTariff(), '2026-01-01');
  await tap('m1-in', '2026-11-23T08:00');
  expect(await outline()).toEqual([[null, null, 1]]);
  await tap('m3-out', '2026-11-23T08:20');
  const [trip] = await trips();
  expect(trip).toMatchObject({
    revision: 2,
    concession: 0,
    fare: { amount: 12_000, currency: 'VND' },
    pricing: {
      tariffId: tariff.tariffId,
      basis: 'tariff',
      steps: [
        { kind: 'leg', rule: { file: 'fare_leg_rules.txt', line: 4 }, fareProductId: 'far', amount: 12_000 },
      ],
    },
  });
  const tripId = trip?.tripId as string;
  expect((await operator.staff('GET /v1/trips/{tripId}', { params: { tripId } })).trip).toEqual(trip);
  const [sentCharge] = await leaseCharges(operator.db, 10, operator.clock.nowMilliseconds());
  expect(charge.parse(sentCharge)).toMatchObject({
    tripId,
    revision: 2,
    lineId: 'M',
    agency: 'Metro',
    concession: 0,
    distanceMetres: 2400,
    fare: trip?.fare,
    pricing: trip?.pricing,
  });
});

it('prices a tap that comes a day late by the tariff of its moment', async () => {
  await importNow(withBusFare(7000), '2026-01-01', '2026-11-22');
  await importNow(withBusFare(9000), '2026-11-23');
  await tap('b1', '2026-11-23T02:59', '2026-11-22');
  await tap('b1', '2026-11-23T03:00');
  await tap('b1', '2026-11-21T09:00', '2026-11-21');
  expect(await outline()).toEqual([
    [9000, 'tariff', 1],
    [7000, 'tariff', 1],
    [7000, 'tariff', 1],
  ]);
});

it('gives a trip a new revision when a late tap makes its price another, and only then', async () => {
  await importNow(smallTariff(), '2026-01-01');
  await tap('b1', '2026-11-23T08:30');
  expect(await outline()).toEqual([[7000, 'tariff', 1]]);
  await tap('m3-out', '2026-11-23T08:20');
  expect(await outline()).toEqual([
    [7000, 'tariff', 1],
    [20_000, 'incomplete', 1],
  ]);
  await tap('m1-in', '2026-11-23T08:00');
  expect(await outline()).toEqual([
    [5000, 'tariff', 2],
    [12_000, 'tariff', 1],
  ]);
});

it('ends with the same fares whatever order the taps arrive in', async () => {
  await importNow(smallTariff(), '2026-01-01');
  const taps = [
    ['m1-in', '08:00'],
    ['m3-out', '08:20'],
    ['b1', '08:30'],
    ['m3-in', '08:40'],
    ['m2-out', '08:50'],
  ] as const;
  const results = [];
  for (const order of [
    [0, 1, 2, 3, 4],
    [4, 3, 2, 1, 0],
    [2, 4, 0, 3, 1],
  ]) {
    cardRef = randomUUIDv7().replaceAll('-', '').slice(-16);
    for (const index of order) await tap(taps[index]?.[0] as string, `2026-11-23T${taps[index]?.[1]}`);
    results.push((await outline()).map(([fare]) => fare));
  }
  expect(results).toEqual([results[0], results[0], results[0]]);
  expect(results[0]).toEqual([0, 4000, 12_000]);
});

it('prices trips that had no tariff as soon as there is one, and leaves priced ones alone when it ends', async () => {
  await tap('b1', '2026-11-23T08:30');
  expect(await outline()).toEqual([[null, null, 1]]);
  const { tariff } = await importNow(smallTariff(), '2026-01-01');
  await operator.pair();
  expect(await outline()).toEqual([[7000, 'tariff', 2]]);
  await endTariff(operator.db, tariff.tariffId, { to: '2026-11-23', today: '2026-11-23' });
  await operator.pair();
  expect(await outline()).toEqual([[7000, 'tariff', 2]]);
});

it('takes the price away from a trip that is withdrawn', async () => {
  await importNow(smallTariff(), '2026-01-01');
  await tap('m3-out', '2026-11-23T08:20');
  await tap('m1-in', '2026-11-23T08:00');
  const charges = await leaseCharges(operator.db, 10, operator.clock.nowMilliseconds());
  expect(charges.find(({ state }) => state === 'withdrawn')).toMatchObject({ fare: null, pricing: null });
});
