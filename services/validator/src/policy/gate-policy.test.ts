import { simulateClock } from '@vedong/testing/clock';
import { hanoiCalendar, standardGateClass, type Gate, type Tap } from '@vedong/travel';
import { expect, it } from 'vitest';
import { toSetup } from '../trust/setup.ts';
import { createGatePolicy } from './gate-policy.ts';

const tappedAt = Date.parse('2026-11-23T08:00:00+07:00');
const gateClass = {
  ...standardGateClass,
  classId: 'one',
  limits: { ...standardGateClass.limits, cardRides: 1 },
};
const gate = { gateId: 'g1', gateClass: 'one' } as Gate;
const setup = {
  ...toSetup({
    validatorId: 'v',
    version: 1,
    calendar: hanoiCalendar,
    gates: [],
    products: [],
  }),
  gateClasses: new Map([['one', gateClass]]),
};
const ride = {
  outcome: 'accepted',
  policy: 'one/limited',
  gateId: 'g1',
  at: new Date(tappedAt).toISOString(),
  ticket: { issuer: 1, cardRef: 'aa' },
} as Tap;

it('counts a rider who tries again once, also over a restart', () => {
  const clock = simulateClock(tappedAt);
  const policy = createGatePolicy(clock);
  const question = { setup, gate, card: '1.aa', conditions: ['clock_unsure'] as const };
  expect(policy.admit(question).reason).toBeNull();
  expect(policy.admit({ ...question, isCounted: true })).toMatchObject({
    policy: 'one/limited',
    reason: null,
  });
  expect(policy.ask(question).reason).toBe('offline_limit');
  const again = createGatePolicy(clock);
  const twoRides = new Map([['one', { ...gateClass, limits: { ...gateClass.limits, cardRides: 2 } }]]);
  again.restore(
    [
      { ...ride, tapId: 'first' },
      { ...ride, tapId: 'second', continues: 'first' },
    ],
    setup,
    tappedAt,
  );
  const lenient = { ...question, setup: { ...setup, gateClasses: twoRides } };
  expect(again.admit(lenient).reason).toBeNull();
  expect(again.admit(lenient).reason).toBe('offline_limit');
  const closed = { ...gateClass, policies: { ...gateClass.policies, clock_unsure: 'closed' as const } };
  const shut = { ...question, setup: { ...setup, gateClasses: new Map([['one', closed]]) } };
  expect(policy.ask({ ...shut, isCounted: true }).reason).toBe('gate_closed');
});

it('keeps what was used over a start with a clock that is hours ahead, and nobody there to tell the time', () => {
  const clock = simulateClock(tappedAt + 2 * 3_600_000);
  const policy = createGatePolicy(clock);
  policy.restore([ride], setup, tappedAt + 60_000);
  const question = { setup, gate, card: '1.aa', conditions: ['clock_unsure'] as const };
  expect(policy.ask(question).reason).toBe('offline_limit');
  clock.advance(59 * 60_000);
  expect(policy.ask(question).reason).toBeNull();
});
