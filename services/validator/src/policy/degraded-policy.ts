/** Policy as the way of a tap meets it: what is degraded for this ticket, and what its gate's class makes of that. */
import type { Clock } from '@vedong/runtime/clock';
import { firstSlotOf, type DecodedTicket } from '@vedong/ticket';
import type { DegradedCondition, Gate, Reason, Tap, TapMark } from '@vedong/travel';
import type { Setup } from '../trust/setup.ts';
import type { Conditions } from './conditions.ts';
import { createGatePolicy, type Admission, type GatePolicy } from './gate-policy.ts';

/** Where a ticket is read. */
interface ReadAt {
  gate: Gate;
  setup: Setup;
  /** The tap that this reading is the rider's second try of. */
  continued?: Tap | undefined;
}

/** What policy adds to a tap's verdict. */
export interface PolicyVerdict {
  conditions: readonly DegradedCondition[];
  policy?: string;
}

export interface DegradedPolicy {
  conditionsOf(where: ReadAt, ticket: DecodedTicket): readonly DegradedCondition[];
  /** Whose fault it is that a genuine ticket is out of its time, where the gate's clock is unsure. */
  refusalOf(where: ReadAt, reason: Reason, ticket?: DecodedTicket): PolicyVerdict & { reason: Reason };
  /** Before the guards: the reason to refuse, or null. Uses up nothing. */
  ask(where: ReadAt, ticket: DecodedTicket, conditions: readonly DegradedCondition[]): Admission;
  /** After them: lets the ride through, or not, and counts it. */
  admit(where: ReadAt, ticket: DecodedTicket, conditions: readonly DegradedCondition[]): Admission;
}

const timeReasons = new Set<Reason>(['not_yet_valid', 'expired', 'clock_ahead', 'stale']);

/**
 * @param blindThroughSlot after a cut nobody here knows which codes of these slots were used: none of them opens
 */
export function createDegradedPolicy(
  gatePolicy: GatePolicy,
  conditions?: Conditions,
  blindThroughSlot = 0,
): DegradedPolicy {
  const conditionsOf: DegradedPolicy['conditionsOf'] = ({ setup, gate }, ticket) =>
    conditions?.ofTap(gatePolicy.classOf(setup, gate), {
      issuer: ticket.issuer,
      day: setup.dayOfSlot(firstSlotOf(ticket)),
    }) ?? [];
  return {
    conditionsOf,
    refusalOf(where, reason, ticket) {
      const isOfClock =
        ticket !== undefined &&
        timeReasons.has(reason) &&
        conditionsOf(where, ticket).includes('clock_unsure');
      if (!isOfClock) return { reason, conditions: [] };
      const unsure = ['clock_unsure'] as const;
      const asked = gatePolicy.ask(questionOf(where, ticket, unsure));
      return { reason: asked.reason ?? reason, conditions: unsure, ...policyOf(asked) };
    },
    ask(where, ticket, degraded) {
      if (ticket.slot <= blindThroughSlot) return { reason: 'gate_closed', takeBack: () => {} };
      return gatePolicy.ask(questionOf(where, ticket, degraded));
    },
    admit: (where, ticket, degraded) => gatePolicy.admit(questionOf(where, ticket, degraded)),
  };
}

/** Nothing is ever degraded but the guard, and every gate is of the standard class. */
export const standardPolicy = (clock: Clock): DegradedPolicy => createDegradedPolicy(createGatePolicy(clock));

export const policyOf = ({ policy }: Pick<Admission, 'policy'>) => (policy === undefined ? {} : { policy });

/** Each condition is a mark; a list that is not there is said to be so, and not old as well. */
export const marksOf = (marks: readonly TapMark[], conditions: readonly DegradedCondition[]): TapMark[] => [
  ...marks,
  ...conditions.filter((condition) => condition !== 'status_old' || !marks.includes('status_unchecked')),
];

const questionOf = (
  { setup, gate, continued }: ReadAt,
  { issuer, cardRef }: DecodedTicket,
  conditions: readonly DegradedCondition[],
) => ({
  setup,
  gate,
  card: `${issuer}.${cardRef}`,
  conditions,
  isCounted: continued?.policy?.endsWith('/limited') === true,
});
