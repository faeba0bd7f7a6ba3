/** A card handed back over the gate: refused with Redis, without it, by another validator and after a restart. */
import { simulateClock } from '@vedong/testing/clock';
import { startTestRedis, type TestRedis } from '@vedong/testing/redis';
import type { Gate, PassbackRule } from '@vedong/travel';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { gates, startTestCity, type TestCity } from './test-city.ts';
import { eventually, startReadyValidator, type TestValidator } from './test-validator.ts';

const clock = simulateClock(Date.now());
const slotNow = () => Math.floor(clock.nowMilliseconds() / 15_000);
let city: TestCity;
let otherCity: TestCity;
let redis: TestRedis;
let validators: TestValidator[];

const exit: Gate = { ...gates[0]!, gateId: '2A-01-out', kind: 'exit' };

/** Every gate of the city under one rule. */
async function start(
  passback: PassbackRule,
  env: Record<string, string> = {},
  at: TestCity = city,
): Promise<TestValidator> {
  at.state.configuration.gates = [...gates, exit].map((gate) => ({ ...gate, passback }));
  const validator = await startReadyValidator({
    city: at,
    clock,
    env: { GUARD_BUDGET_MILLISECONDS: '1000', ...env },
  });
  validators.push(validator);
  return validator;
}

beforeEach(async () => {
  const nowSeconds = () => Math.floor(clock.nowMilliseconds() / 1000);
  city = await startTestCity(nowSeconds);
  otherCity = await startTestCity(nowSeconds, city.keys);
  redis = await startTestRedis();
  validators = [];
});
afterEach(async () => {
  for (const validator of validators) await validator.stop();
  await redis.remove();
  await city.stop();
  await otherCity.stop();
});

/** The same card's code of the present slot. */
const code = (cardRef = '00000000000000cc') => city.ticket({ cardRef, slot: slotNow() });

it.each([
  ['redis', true],
  ['local', false],
])('refuses a fresh code of the same card at the same place, judged by %s', async (guard, usesRedis) => {
  const validator = await start({ within: 'place', seconds: 300 }, usesRedis ? { REDIS_URL: redis.url } : {});
  const first = await validator.tap(await code());
  expect(first).toMatchObject({ outcome: 'accepted', guard });
  clock.advance(20_000);
  const refused = await validator.tap(await code(), '2A-02-in');
  expect(refused).toMatchObject({ outcome: 'rejected', reason: 'passback', guard, repeat: false });
  expect(refused.lastUse).toEqual({ nameVi: 'Ga Láng', nameEn: 'Láng', at: first.at });
  await eventually(() => city.state.taps.some(({ tapId }) => tapId === refused.tapId));
  // A refusal changes nothing: the same code still opens the way out, and another card gets in.
  expect(await validator.tap(await code(), '2A-01-out')).toMatchObject({ outcome: 'accepted' });
  expect(await validator.tap(await code('00000000000000dd'))).toMatchObject({ outcome: 'accepted' });
});

it('lets the card in again after its time, and at once where the rule is off', async () => {
  const validator = await start({ within: 'place', seconds: 300 });
  await validator.tap(await code());
  clock.advance(300_000);
  expect(await validator.tap(await code())).toMatchObject({ outcome: 'accepted' });
  const lenient = await start({ within: 'place', seconds: 0 }, {}, otherCity);
  await lenient.tap(await code());
  clock.advance(15_000);
  expect(await lenient.tap(await code())).toMatchObject({ outcome: 'accepted' });
});

it('boards a group with one card, and no more than it may hold', async () => {
  const validator = await start({ within: 'gate', seconds: 300, group: { seconds: 60, persons: 3 } });
  for (const outcome of ['accepted', 'accepted', 'accepted', 'rejected']) {
    expect(await validator.tap(await code())).toMatchObject({ outcome });
    clock.advance(15_000);
  }
});

it('is known to every validator of one Redis, and after a restart without it', async () => {
  const rule: PassbackRule = { within: 'line', seconds: 300 };
  const one = await start(rule, { REDIS_URL: redis.url });
  await one.tap(await code());
  clock.advance(20_000);
  const other = await start(rule, { REDIS_URL: redis.url }, otherCity);
  await eventually(async () => (await other.status()).guard === 'redis');
  expect(await other.tap(await code())).toMatchObject({ reason: 'passback', guard: 'redis' });
  await one.stop();
  validators.splice(validators.indexOf(one), 1);
  clock.advance(200_000); // longer than a claim is remembered
  const again = await startReadyValidator({ city, clock, folder: one.folder });
  validators.push(again);
  expect(await again.tap(await code())).toMatchObject({ reason: 'passback', guard: 'local' });
});
