/** Where a journey falls apart: between legs that no transfer rule of the tariff can possibly connect. */
import type { FareLeg } from './fare-legs.ts';
import type { MatchedLegRules } from './leg-rules.ts';
import type { Tariff } from './tariff.ts';
import { isWithinDuration, listRulesBetween } from './transfers.ts';

/**
 * The parts as ranges of positions, the end outside. A part begins where, whichever matching rules pay the two legs,
 * there is no transfer rule for their groups, or its time is over even for the latest leg that a run can have begun
 * with. There every way to pay goes on by a fare of its own, so paying the parts one by one costs the same as paying
 * the journey as a whole, and a leg that is added to one part changes nothing in another. Joined legs are one leg here.
 */
export function splitLegs(
  tariff: Tariff,
  { fareLegs, matched }: { fareLegs: readonly FareLeg[]; matched: readonly MatchedLegRules[] },
): [number, number][] {
  const parts: [number, number][] = [];
  let start = 0;
  let latest: FareLeg | undefined;
  for (let position = 0; position < fareLegs.length; position += 1) {
    const leg = fareLegs[position] as FareLeg;
    if (latest !== undefined && !canConnect(tariff, matched, { position, before: latest, leg })) {
      parts.push([start, position]);
      start = position;
      latest = undefined;
    }
    latest = latest === undefined ? leg : latestOf(latest, leg);
  }
  return [...parts, [start, fareLegs.length]];
}

/** The latest moments of two legs: no run that began with either has lasted less. */
const latestOf = (one: FareLeg, other: FareLeg): FareLeg => ({
  ...other,
  departureSeconds: Math.max(one.departureSeconds, other.departureSeconds),
  arrivalSeconds: Math.max(one.arrivalSeconds, other.arrivalSeconds),
});

function canConnect(
  { transferRules }: Tariff,
  matched: readonly MatchedLegRules[],
  { position, before, leg }: { position: number; before: FareLeg; leg: FareLeg },
): boolean {
  const groupsAt = (at: number): (string | null)[] => [
    ...new Set((matched[at]?.matching ?? []).map(({ legGroupId }) => legGroupId)),
  ];
  return groupsAt(position - 1).some((from) =>
    groupsAt(position).some((to) =>
      listRulesBetween(transferRules, from, to).rules.some((rule) =>
        isWithinDuration(rule, { first: before, last: leg }),
      ),
    ),
  );
}
