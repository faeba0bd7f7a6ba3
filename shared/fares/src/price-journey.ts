/** What a journey costs by a tariff: legs are joined, matched with rules, and paid in the cheapest way there is. */
import { type Choice, findCheapestPath } from './cheapest-path.ts';
import { explainPath, notSold } from './explain-path.ts';
import { type FareLeg, type RiddenLeg, toFareLegs } from './fare-legs.ts';
import { listNearestMisses, type MatchedLegRules, matchLegRules } from './leg-rules.ts';
import type { Price, UnknownReason, UnknownStep } from './price.ts';
import { findCheapestRow, listOtherRows, type Rider } from './product-rows.ts';
import type { Tariff } from './tariff.ts';

/** The legs in the order in which they were ridden. */
export interface Journey extends Rider {
  readonly legs: readonly RiddenLeg[];
}

/**
 * The cheapest price the rules allow for the whole journey (GTFS-Fares v2). A transfer rule or join rule that holds
 * is applied also where separate fares would cost less. The total is null as soon as one leg's fare is unknown.
 */
export function priceJourney(tariff: Tariff, journey: Journey): Price {
  const { legs, ...rider } = journey;
  if (legs.length === 0) return unknown([unknownStep([], 'no_legs')]);
  const joined = toFareLegs(tariff, legs);
  if ('unknown' in joined)
    return unknown(joined.unknown.map(({ leg, reason }) => unknownStep([leg], reason)));
  const { fareLegs } = joined;
  const matched = fareLegs.map((fareLeg) => matchLegRules(tariff, fareLeg));
  const priced = tariff.currencies.flatMap((currency) => {
    const buyer = { ...rider, tariff, currency };
    const choices = matched.map(({ matching }) =>
      matching.flatMap((rule): Choice[] => {
        const row = findCheapestRow(rule.fareProduct, buyer);
        return row === undefined ? [] : [{ rule, row }];
      }),
    );
    return choices.every((ways) => ways.length > 0) ? [{ fareLegs, matched, choices, buyer }] : [];
  });
  const [pricing, ...others] = priced;
  if (pricing === undefined || others.length > 0)
    return unknown(explainUnknown(tariff, { fareLegs, matched }, rider));
  const path = findCheapestPath(fareLegs, pricing.choices, pricing.buyer);
  return {
    total: { amount: path.total, currency: pricing.buyer.currency },
    steps: explainPath(path, pricing),
  };
}

const unknown = (steps: UnknownStep[]): Price => ({ total: null, steps });

function unknownStep(legs: readonly number[], reason: UnknownReason): UnknownStep {
  return { kind: 'unknown', legs, reason, others: [] };
}

/** A step for each fare leg that has no price by itself; for all of them when only the currencies disagree. */
function explainUnknown(
  tariff: Tariff,
  { fareLegs, matched }: { fareLegs: readonly FareLeg[]; matched: readonly MatchedLegRules[] },
  rider: Rider,
): UnknownStep[] {
  const buyers = tariff.currencies.map((currency) => ({ ...rider, tariff, currency }));
  const steps = fareLegs.flatMap((fareLeg, position): UnknownStep[] => {
    const { legs } = fareLeg;
    const matching = matched[position]?.matching ?? [];
    if (matching.length === 0)
      return [{ kind: 'unknown', legs, reason: 'no_rule', others: listNearestMisses(tariff, fareLeg) }];
    const sold = matching.some(({ fareProduct }) =>
      buyers.some((buyer) => findCheapestRow(fareProduct, buyer)),
    );
    if (sold) return [];
    const rows = matching.flatMap(({ fareProduct }) =>
      buyers.flatMap((buyer) =>
        listOtherRows(fareProduct, buyer).filter(({ mismatches }) =>
          mismatches.every(({ field }) => field !== 'currency'),
        ),
      ),
    );
    return [{ kind: 'unknown', legs, reason: 'not_sold', others: [...matching.map(notSold), ...rows] }];
  });
  return steps.length > 0 ? steps : fareLegs.map(({ legs }) => unknownStep(legs, 'no_common_currency'));
}
