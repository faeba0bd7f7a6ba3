/** The policy of a tap's gate class: what is degraded now, whether the ride may go on, and what it used of the limits. */
import {
  policyName,
  standardGateClass,
  type DegradedCondition,
  type Gate,
  type GateClass,
  type PolicyAction,
  type Reason,
  type Tap,
} from '@vedong/travel';
import type { Clock } from '@vedong/runtime/clock';
import type { Setup } from '../trust/setup.ts';
import { decide, strictestAction } from './decide.ts';
import { createLimitedRides } from './limited-rides.ts';

/** A tap at a gate, as far as policy looks at it. */
export interface PolicyQuestion {
  setup: Setup;
  gate: Gate;
  /** `<issuer>.<cardRef>` */
  card: string;
  conditions: readonly DegradedCondition[];
  /** This very ride has been counted: the rider tries again, as the gate gave no answer. */
  isCounted?: boolean;
}

export interface Admission {
  /** For the record; absent where nothing is degraded. */
  policy?: string;
  /** Why the ride is refused, or null. */
  reason: Extract<Reason, 'gate_closed' | 'offline_limit'> | null;
  /** The ride was not recorded, so it uses up nothing. */
  takeBack: () => void;
}

export type GatePolicy = ReturnType<typeof createGatePolicy>;

export function createGatePolicy(clock: Clock) {
  const limited = createLimitedRides(() => clock.monotonicMilliseconds());

  const classOf = (setup: Setup, gate: Gate): GateClass =>
    setup.gateClasses.get(gate.gateClass ?? standardGateClass.classId) ?? standardGateClass;

  function judge({ setup, gate, card, conditions, isCounted = false }: PolicyQuestion) {
    const gateClass = classOf(setup, gate);
    const { action, reason } = decide(gateClass, conditions, limited.usedBy(card, gate.gateId));
    return { gateClass, action, reason: isCounted && action === 'limited' ? null : reason };
  }

  return {
    classOf,

    /** Looks without using up anything. */
    ask(question: PolicyQuestion): Admission {
      const { gateClass, action, reason } = judge(question);
      return { ...nameOf(question, gateClass, action), reason, takeBack: () => {} };
    },

    /** Lets a ride through, or not, and counts it where the class limits such rides. */
    admit(question: PolicyQuestion): Admission {
      const { gateClass, action, reason } = judge(question);
      const isToCount = action === 'limited' && reason === null && !question.isCounted;
      const { card, gate } = question;
      const takeBack = isToCount
        ? limited.add({ card, gateId: gate.gateId, value: gateClass.rideValue ?? 0 })
        : () => {};
      return { ...nameOf(question, gateClass, action), reason, takeBack };
    },

    /**
     * Goes on after a restart: the journal's taps of the last hour say what was used.
     * @param notBeforeMilliseconds the latest sure time: until somebody tells the time, a clock that was set ahead while
     *   the validator was down would take these rides for old ones and forget them
     */
    restore(taps: readonly Tap[], setup: Setup, notBeforeMilliseconds: number): void {
      const continued = new Set(taps.flatMap(({ continues }) => continues ?? []));
      for (const { tapId, outcome, policy, ticket, gateId, at } of taps) {
        if (continued.has(tapId)) continue;
        if (outcome !== 'accepted' || !policy?.endsWith('/limited') || !ticket) continue;
        const gateClass = setup.gateClasses.get(policy.slice(0, -'/limited'.length)) ?? standardGateClass;
        limited.add(
          { card: `${ticket.issuer}.${ticket.cardRef}`, gateId, value: gateClass.rideValue ?? 0 },
          notBeforeMilliseconds - Date.parse(at),
        );
      }
    },

    /** What the classes of this validator's gates do about each condition. */
    describe(setup: Setup, conditions: readonly DegradedCondition[]) {
      const classes = new Map(
        [...setup.gates.values()].map((gate) => [classOf(setup, gate).classId, classOf(setup, gate)]),
      );
      return conditions.map((condition) => ({
        condition,
        actions: Object.fromEntries(
          [...classes].map(([classId, gateClass]) => [classId, strictestAction(gateClass, [condition])]),
        ),
      }));
    },
  };
}

const nameOf = ({ conditions }: PolicyQuestion, { classId }: GateClass, action: PolicyAction) =>
  conditions.length === 0 ? {} : { policy: policyName(classId, action) };
