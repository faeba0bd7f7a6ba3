/** Gate classes: what a gate does while something it judges by is not as it should be. */

/** `open` goes on, `limited` goes on up to the class's limits, `closed` refuses. */
export const policyActions = ['open', 'limited', 'closed'] as const;
export type PolicyAction = (typeof policyActions)[number];

/**
 * What may be wrong: the shared replay memory does not answer; the status list is older than the class allows, or not
 * there; nobody trusted has told the time; the journal is about to run out of room. A journal that cannot be written
 * at all is none of these: nothing is opened then, under any policy.
 */
export const degradedConditions = ['guard_local', 'status_old', 'clock_unsure', 'journal_full'] as const;
export type DegradedCondition = (typeof degradedConditions)[number];

/** For one hour, over all rides that were let through under `limited`. Money in the currency's smallest unit. */
export interface PolicyLimits {
  cardRides: number;
  gateRides: number;
  /** Null: no limit by value. They count only where the class has a `rideValue`. */
  cardValue: number | null;
  gateValue: number | null;
}

export interface GateClass {
  classId: string;
  policies: Readonly<Record<DegradedCondition, PolicyAction>>;
  /** After which time without word from the issuer a status list counts as old. */
  statusOldAfterMinutes: number;
  limits: PolicyLimits;
  /** What a ride through such a gate costs at most; a gate knows no fares. Null where nobody said. */
  rideValue: number | null;
}

export const standardClassId = 'standard';

/** The class of gates for which nothing else was chosen. */
export const standardGateClass: GateClass = {
  classId: standardClassId,
  policies: { guard_local: 'open', status_old: 'open', clock_unsure: 'limited', journal_full: 'open' },
  statusOldAfterMinutes: 60,
  limits: { cardRides: 10, gateRides: 2000, cardValue: null, gateValue: null },
  rideValue: null,
};

/** How a tap names what let it through or refused it: `<class>/<action>`. */
export const policyName = (classId: string, action: PolicyAction): string => `${classId}/${action}`;
