/** Which leg rules match a fare leg, and why the others do not (fare_leg_rules.txt). */
import type { FareLeg } from './fare-legs.ts';
import type { Miss, Mismatch } from './mismatch.ts';
import type { FareLegRule, Tariff, TimeframeGroup } from './tariff.ts';
import { isInTimeframeGroup, localMomentAt } from './timeframes.ts';

export interface MatchedLegRules {
  /** Right in network and areas, whatever the time and the priority. */
  readonly nearby: readonly FareLegRule[];
  /** Right in everything, and of the highest priority among those. */
  readonly matching: readonly FareLegRule[];
}

export function matchLegRules(tariff: Tariff, fareLeg: FareLeg): MatchedLegRules {
  const nearby: FareLegRule[] = [];
  for (const network of fareLeg.networkKeys) {
    const ofNetwork = tariff.legRuleIndex.get(network);
    if (ofNetwork === undefined) continue;
    for (const fromArea of fareLeg.from.fromKeys) {
      const fromHere = ofNetwork.get(fromArea);
      if (fromHere === undefined) continue;
      for (const toArea of fareLeg.to.toKeys)
        for (const rule of fromHere.get(toArea) ?? []) nearby.push(rule);
    }
  }
  const inTime = nearby.filter((rule) => isInTime(rule, fareLeg));
  const highest = inTime.reduce((most, rule) => Math.max(most, rule.rulePriority), 0);
  return { nearby, matching: inTime.filter((rule) => rule.rulePriority === highest) };
}

function isInTime(
  { fromTimeframeGroup: start, toTimeframeGroup: end }: FareLegRule,
  fareLeg: FareLeg,
): boolean {
  return startsIn(start, fareLeg) && endsIn(end, fareLeg);
}

const startsIn = (group: TimeframeGroup | null, { from, departureSeconds }: FareLeg): boolean =>
  group === null || isInTimeframeGroup(localMomentAt(departureSeconds, from.timeZone), group);

const endsIn = (group: TimeframeGroup | null, { to, arrivalSeconds }: FareLeg): boolean =>
  group === null || isInTimeframeGroup(localMomentAt(arrivalSeconds, to.timeZone), group);

/** What keeps a rule from matching a fare leg; nothing when only priority can. */
export function mismatchesOf(rule: FareLegRule, fareLeg: FareLeg): Mismatch[] {
  const { networkId, fromAreaId, toAreaId, fromTimeframeGroup, toTimeframeGroup } = rule;
  const { from, to } = fareLeg;
  const found: Mismatch[] = [];
  if (!fareLeg.networkKeys.includes(networkId ?? ''))
    found.push({ field: 'network_id', wants: networkId, has: fareLeg.networkId });
  if (!from.fromKeys.includes(fromAreaId ?? ''))
    found.push({ field: 'from_area_id', wants: fromAreaId, has: from.areaIds });
  if (!to.toKeys.includes(toAreaId ?? ''))
    found.push({ field: 'to_area_id', wants: toAreaId, has: to.areaIds });
  if (fromTimeframeGroup !== null && !startsIn(fromTimeframeGroup, fareLeg))
    found.push({
      field: 'from_timeframe_group_id',
      wants: fromTimeframeGroup.timeframeGroupId,
      has: fareLeg.departureSeconds,
    });
  if (toTimeframeGroup !== null && !endsIn(toTimeframeGroup, fareLeg))
    found.push({
      field: 'to_timeframe_group_id',
      wants: toTimeframeGroup.timeframeGroupId,
      has: fareLeg.arrivalSeconds,
    });
  return found;
}

/** Nearby rules that lost by time or priority. */
export function listLosers({ nearby, matching }: MatchedLegRules, fareLeg: FareLeg): Miss[] {
  const highest = matching[0]?.rulePriority ?? 0;
  return nearby
    .filter((rule) => !matching.includes(rule))
    .map((rule) => {
      const mismatches = mismatchesOf(rule, fareLeg);
      if (mismatches.length === 0)
        mismatches.push({ field: 'rule_priority', wants: rule.rulePriority, has: highest });
      return { row: rule.ref, mismatches };
    });
}

/** For a fare leg that no rule matches: the rules that come nearest, those with the fewest mismatches. */
export function listNearestMisses(tariff: Tariff, fareLeg: FareLeg): Miss[] {
  const misses = tariff.legRules.map((rule) => ({ row: rule.ref, mismatches: mismatchesOf(rule, fareLeg) }));
  const fewest = misses.reduce((least, { mismatches }) => Math.min(least, mismatches.length), Infinity);
  return misses.filter(({ mismatches }) => mismatches.length === fewest);
}
