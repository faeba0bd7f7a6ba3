/** What a gate of a class does with a ride under degraded conditions. Pure. */
import type { DegradedCondition, GateClass, PolicyAction } from '@vedong/travel';

/** Rides let through under `limited` in the last hour. */
export interface Used {
  rides: number;
  /** Sum of the ride values of their classes, in the currency's smallest unit. */
  value: number;
}

export interface Decision {
  /** The strictest that the class says about any of the conditions; `open` where there is none. */
  action: PolicyAction;
  /** Why the ride is refused, or null. */
  reason: 'gate_closed' | 'offline_limit' | null;
}

const strictness: Record<PolicyAction, number> = { open: 0, limited: 1, closed: 2 };

export function decide(
  gateClass: GateClass,
  conditions: readonly DegradedCondition[],
  used: { card: Used; gate: Used },
): Decision {
  const action = strictestAction(gateClass, conditions);
  if (action === 'closed') return { action, reason: 'gate_closed' };
  if (action === 'open') return { action, reason: null };
  const { limits } = gateClass;
  const value = gateClass.rideValue ?? 0;
  const isWithin =
    used.card.rides < limits.cardRides &&
    used.gate.rides < limits.gateRides &&
    (limits.cardValue === null || used.card.value + value <= limits.cardValue) &&
    (limits.gateValue === null || used.gate.value + value <= limits.gateValue);
  return { action, reason: isWithin ? null : 'offline_limit' };
}

export const strictestAction = (
  { policies }: GateClass,
  conditions: readonly DegradedCondition[],
): PolicyAction =>
  conditions
    .map((condition) => policies[condition])
    .reduce((strictest, action) => (strictness[action] > strictness[strictest] ? action : strictest), 'open');
