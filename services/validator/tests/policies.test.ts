/** Gate classes over HTTP: each condition under each action, its mark, its limits, also over a restart. */
import {
  policyActions,
  standardGateClass,
  type DegradedCondition,
  type GateClass,
  type PolicyAction,
} from '@vedong/travel';
import { simulateClock, type SimulatedClock } from '@vedong/testing/clock';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { gates, startTestCity, type TestCity } from './test-city.ts';
import { eventually, startReadyValidator, type TestValidator, type ValidatorPlan } from './test-validator.ts';

/** Nothing listens there. */
const noRedis = { REDIS_URL: 'redis://127.0.0.1:1' };
const limits = { cardRides: 2, gateRides: 3, cardValue: null, gateValue: null };

let clock: SimulatedClock;
let city: TestCity;
let validator: TestValidator;

beforeEach(async () => {
  clock = simulateClock('2026-11-23T08:00:00+07:00');
  city = await startTestCity(() => Math.floor(clock.nowMilliseconds() / 1000));
});
afterEach(async () => {
  await validator.stop();
  await city.stop();
});

/** The first gate is of class `metro-gate`, the second of none. */
function setClass(policies: Partial<GateClass['policies']>, change: Partial<GateClass> = {}): void {
  city.state.configuration = {
    ...city.state.configuration,
    gates: [{ ...gates[0]!, gateClass: 'metro-gate' }, gates[1]!],
    gateClasses: [
      {
        ...standardGateClass,
        classId: 'metro-gate',
        policies: { ...standardGateClass.policies, ...policies },
        limits,
        ...change,
      },
    ],
  };
}

async function start(env: ValidatorPlan['env'] = {}, folder?: string): Promise<void> {
  validator = await startReadyValidator({ city, clock, env, ...(folder === undefined ? {} : { folder }) });
  const lists = city.state.hasLists ? 3 : 0;
  await eventually(async () => (await validator.status()).statusLists.length === lists);
}

const tapFresh = async (change: object = {}, gate = '2A-01-in') =>
  validator.tap(await city.ticket(change), gate);
const recordOf = async (tapId: string) => {
  await eventually(() => city.state.taps.some((tap) => tap.tapId === tapId));
  return city.state.taps.find((tap) => tap.tapId === tapId)!;
};

/** How each condition comes about. */
const bring: Record<DegradedCondition, () => Promise<void>> = {
  guard_local: () => start(noRedis),
  status_old: async () => {
    await start();
    // The bundle and the time still come, the lists do not.
    city.state.hasLists = false;
    clock.advance(3_601_000);
  },
  clock_unsure: async () => {
    await start();
    city.state.clockAheadSeconds = -7200;
    await eventually(async () => (await validator.status()).clock?.state === 'unsure');
  },
  journal_full: () => start({ JOURNAL_RESERVE_MEGABYTES: '1000000' }),
};
const cases = (Object.keys(bring) as DegradedCondition[]).flatMap((condition) =>
  policyActions.map((action): [DegradedCondition, PolicyAction] => [condition, action]),
);
const expected = {
  open: { outcome: 'accepted' },
  limited: { outcome: 'accepted' },
  closed: { outcome: 'rejected', reason: 'gate_closed' },
} as const;

it.each(cases)('%s under %s', async (condition, action) => {
  setClass({ [condition]: action });
  await bring[condition]();
  const answer = await tapFresh();
  expect(answer).toMatchObject({ ...expected[action], marks: [condition] });
  expect(await recordOf(answer.tapId)).toMatchObject({
    ...expected[action],
    marks: [condition],
    policy: `metro-gate/${action}`,
  });
  const { conditions } = await validator.status();
  expect(conditions).toContainEqual({
    condition,
    actions: expect.objectContaining({ 'metro-gate': action }) as object,
  });
  await eventually(() => city.state.reports.at(-1)?.conditions.includes(condition) === true);
});

it('marks nothing while all is well', async () => {
  await start();
  const answer = await tapFresh();
  expect(answer).not.toHaveProperty('marks');
  const tap = await recordOf(answer.tapId);
  expect(tap.marks).toEqual([]);
  expect(tap).not.toHaveProperty('policy');
  expect((await validator.status()).conditions).toEqual([]);
});

it('limits rides per card and per gate, each hour, and does not use up what it refuses', async () => {
  setClass({ guard_local: 'limited' });
  await start(noRedis);
  const card = { cardRef: '00000000000000cc' };
  expect((await tapFresh(card)).outcome).toBe('accepted');
  clock.advance(15_000);
  expect((await tapFresh(card)).outcome).toBe('accepted');
  clock.advance(15_000);
  const ticket = await city.ticket(card);
  const refused = await validator.tap(ticket);
  expect(refused).toMatchObject({ reason: 'offline_limit', marks: ['guard_local'] });
  expect(await recordOf(refused.tapId)).toMatchObject({ policy: 'metro-gate/limited' });
  // The other gate is of a class that stays open: the code is still good there.
  expect(await validator.tap(ticket, '2A-02-in')).toMatchObject({ outcome: 'accepted' });
  expect((await tapFresh()).outcome).toBe('accepted');
  expect(await tapFresh()).toMatchObject({ reason: 'offline_limit' });
  clock.advance(3_600_000);
  expect((await tapFresh(card)).outcome).toBe('accepted');
});

it('limits by value where a ride’s price is known', async () => {
  setClass(
    { guard_local: 'limited' },
    { rideValue: 15_000, limits: { ...limits, cardRides: 99, cardValue: 20_000 } },
  );
  await start(noRedis);
  const card = { cardRef: '00000000000000cc' };
  expect((await tapFresh(card)).outcome).toBe('accepted');
  clock.advance(15_000);
  expect(await tapFresh(card)).toMatchObject({ reason: 'offline_limit' });
});

it('knows after a restart what was used of the limits', async () => {
  setClass({ guard_local: 'limited' });
  await start(noRedis);
  for (let index = 0; index < 3; index += 1) expect((await tapFresh()).outcome).toBe('accepted');
  await validator.stop();
  clock.advance(1_800_000);
  await start(noRedis, validator.folder);
  expect(await tapFresh()).toMatchObject({ reason: 'offline_limit' });
  // How long it was down does not count: a clock set ahead meanwhile would say so too.
  clock.advance(3_601_000);
  expect((await tapFresh()).outcome).toBe('accepted');
});

it('judges a tap before Redis hears of it, so that a closed gate uses up no code', async () => {
  setClass({ status_old: 'closed' });
  city.state.hasLists = false;
  await start();
  const ticket = await city.ticket();
  expect(await validator.tap(ticket)).toMatchObject({
    reason: 'gate_closed',
    guard: 'none',
    marks: ['status_unchecked'],
  });
  expect(await validator.tap(ticket, '2A-02-in')).toMatchObject({ outcome: 'accepted' });
});
