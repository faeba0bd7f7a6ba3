import {
  degradedConditions,
  policyActions,
  standardGateClass,
  type DegradedCondition,
  type GateClass,
  type PolicyAction,
} from '@vedong/travel';
import { expect, it } from 'vitest';
import { decide, type Used } from './decide.ts';

const none: Used = { rides: 0, value: 0 };
const limits = { cardRides: 2, gateRides: 5, cardValue: 20_000, gateValue: 60_000 };
const classOf = (policies: Partial<GateClass['policies']>, change: Partial<GateClass> = {}): GateClass => ({
  ...standardGateClass,
  policies: { ...standardGateClass.policies, ...policies },
  limits,
  rideValue: 8000,
  ...change,
});

/** Every set of conditions. */
const subsets = degradedConditions.reduce<DegradedCondition[][]>(
  (sets, condition) => [...sets, ...sets.map((set) => [...set, condition])],
  [[]],
);
/** Every way in which a class can answer the four conditions: 81. */
const allPolicies = degradedConditions.reduce<Partial<GateClass['policies']>[]>(
  (classes, condition) =>
    classes.flatMap((policies) => policyActions.map((action) => ({ ...policies, [condition]: action }))),
  [{}],
);

it('takes the strictest action of any condition, for all 81 classes and 16 sets of conditions', () => {
  const full = { card: { rides: 2, value: 0 }, gate: none };
  for (const policies of allPolicies) {
    for (const conditions of subsets) {
      const gateClass = classOf(policies);
      const actions = conditions.map((condition) => gateClass.policies[condition]);
      const expected: PolicyAction = actions.includes('closed')
        ? 'closed'
        : actions.includes('limited')
          ? 'limited'
          : 'open';
      const refused = expected === 'closed' ? 'gate_closed' : null;
      expect(decide(gateClass, conditions, { card: none, gate: none })).toEqual({
        action: expected,
        reason: refused,
      });
      const atLimit = expected === 'limited' ? 'offline_limit' : refused;
      expect(decide(gateClass, conditions, full)).toEqual({ action: expected, reason: atLimit });
    }
  }
});

const limited = classOf({ guard_local: 'limited' });

it.each([
  ['nothing yet', none, none, null],
  ['the last ride of the card', { rides: 1, value: 8000 }, none, null],
  ['one ride of the card too many', { rides: 2, value: 8000 }, none, 'offline_limit'],
  ['the last ride of the gate', none, { rides: 4, value: 8000 }, null],
  ['one ride of the gate too many', none, { rides: 5, value: 8000 }, 'offline_limit'],
  ['the card’s value to the last dong', { rides: 1, value: 12_000 }, none, null],
  ['one dong above the card’s value', { rides: 1, value: 12_001 }, none, 'offline_limit'],
  ['the gate’s value to the last dong', none, { rides: 1, value: 52_000 }, null],
  ['one dong above the gate’s value', none, { rides: 1, value: 52_001 }, 'offline_limit'],
])('limits: %s', (_what, card, gate, reason) => {
  expect(decide(limited, ['guard_local'], { card, gate })).toEqual({ action: 'limited', reason });
});

it('limits no values where none are set, and none where the price of a ride is not said', () => {
  const much = { card: { rides: 0, value: 1_000_000 }, gate: { rides: 0, value: 1_000_000 } };
  const noValues = classOf(
    { guard_local: 'limited' },
    { limits: { ...limits, cardValue: null, gateValue: null } },
  );
  expect(decide(noValues, ['guard_local'], much).reason).toBeNull();
  const noPrice = classOf({ guard_local: 'limited' }, { rideValue: null });
  expect(decide(noPrice, ['guard_local'], { card: none, gate: none }).reason).toBeNull();
});

it('lets nobody through where the limit is none', () => {
  const shut = classOf({ clock_unsure: 'limited' }, { limits: { ...limits, gateRides: 0 } });
  expect(decide(shut, ['clock_unsure'], { card: none, gate: none }).reason).toBe('offline_limit');
});
