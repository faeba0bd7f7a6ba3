/** What is degraded now, of all that a tap is judged by except the guard, which each tap finds out for itself. */
import { serviceDayAt, type DegradedCondition, type GateClass, type ServiceDay } from '@vedong/travel';
import { nowSeconds, type Clock } from '@vedong/runtime/clock';
import type { Setup } from '../trust/setup.ts';

export interface ConditionParts {
  clock: Clock;
  isClockUnsure: () => boolean;
  isJournalFull: () => boolean;
  /** Since the issuer last said that this list is the newest; null where there is none. */
  statusListAgeSeconds: (issuer: number, day: ServiceDay) => number | null;
}

export interface Conditions {
  /** For a tap whose ticket is of this issuer and day. */
  ofTap(gateClass: GateClass, ticket: { issuer: number; day: ServiceDay }): DegradedCondition[];
  /** For the gate's screen and the operator: whether anything is wrong at all. */
  now(
    classes: readonly GateClass[],
    issuers: readonly number[],
    setup: Setup | undefined,
  ): DegradedCondition[];
}

export function createConditions(parts: ConditionParts): Conditions {
  const isListOld = ({ statusOldAfterMinutes }: GateClass, issuer: number, day: ServiceDay): boolean => {
    const age = parts.statusListAgeSeconds(issuer, day);
    return age === null || age > statusOldAfterMinutes * 60;
  };
  const ofGate = (): DegradedCondition[] => [
    ...(parts.isClockUnsure() ? (['clock_unsure'] as const) : []),
    ...(parts.isJournalFull() ? (['journal_full'] as const) : []),
  ];
  return {
    ofTap: (gateClass, { issuer, day }) => [
      ...(isListOld(gateClass, issuer, day) ? (['status_old'] as const) : []),
      ...ofGate(),
    ],
    now(classes, issuers, setup) {
      const today = setup && serviceDayAt(nowSeconds(parts.clock), setup.calendar);
      const isOld =
        today !== undefined &&
        classes.some((gateClass) => issuers.some((issuer) => isListOld(gateClass, issuer, today)));
      return [...(isOld ? (['status_old'] as const) : []), ...ofGate()];
    },
  };
}
