/** What a journey costs by a tariff: legs are joined, matched with rules, and paid in the cheapest way there is. */
import { type Choice, findCheapestPath } from './cheapest-path.ts';
import { explainGap, explainPart, notSold, type PaidPart } from './explain-path.ts';
import { type FareLeg, type RiddenLeg, toFareLegs } from './fare-legs.ts';
import { listNearestMisses, type MatchedLegRules, matchLegRules } from './leg-rules.ts';
import type { Price, UnknownReason, UnknownStep } from './price.ts';
import { findCheapestRow, listOtherRows, type Rider } from './product-rows.ts';
import { splitLegs } from './split-legs.ts';
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
  const read = readLegs(tariff, legs);
  if ('unknown' in read) return read.unknown;
  const bill = billOf(read, rider, tariff);
  if (bill === null) return unknown(explainUnknown(tariff, read, rider));
  const parts = splitLegs(tariff, read).map((part) => pay(bill, part));
  const total = parts.reduce((sum, { path }) => sum + path.total, 0);
  return {
    total: { amount: total, currency: bill.buyer.currency },
    steps: parts.flatMap((part, index) => {
      const before = parts[index - 1];
      const steps = explainPart(part, total - part.path.total);
      return before === undefined ? steps : [explainGap(before, part), ...steps];
    }),
  };
}

/** Consecutive legs of a journey, by their positions, and what they cost. */
export interface PricedPart {
  readonly legs: readonly number[];
  readonly price: Price;
}

/**
 * The journey's parts, which no rule of the tariff can connect, each with a price of its own: their sum is the price
 * of the journey, but what is wrong with one part leaves the others their prices. Steps have positions in the whole
 * journey; those of a later part begin with the `separate` step that says why nothing leads to it. An unknown route
 * or stop anywhere makes all one unknown part: what is ridden on both sides of it may yet be connected.
 */
export function priceParts(tariff: Tariff, { legs, ...rider }: Journey): PricedPart[] {
  if (legs.length === 0) return [];
  const read = readLegs(tariff, legs);
  if ('unknown' in read) return [{ legs: [...legs.keys()], price: read.unknown }];
  let before: PaidPart | null = null;
  return splitLegs(tariff, read).map((part) => {
    const [start, end] = part;
    const own = { fareLegs: read.fareLegs.slice(start, end), matched: read.matched.slice(start, end) };
    const bill = billOf(own, rider, tariff);
    const legsOfPart = own.fareLegs.flatMap((fareLeg) => fareLeg.legs);
    if (bill === null) {
      before = null;
      return { legs: legsOfPart, price: unknown(explainUnknown(tariff, own, rider)) };
    }
    const paid = pay(bill, [0, end - start]);
    const gap = before === null ? [] : [explainGap(before, paid)];
    before = paid;
    const total = { amount: paid.path.total, currency: bill.buyer.currency };
    return { legs: legsOfPart, price: { total, steps: [...gap, ...explainPart(paid, 0)] } };
  });
}

interface ReadLegs {
  readonly fareLegs: readonly FareLeg[];
  readonly matched: readonly MatchedLegRules[];
}

function readLegs(tariff: Tariff, legs: readonly RiddenLeg[]): ReadLegs | { unknown: Price } {
  const joined = toFareLegs(tariff, legs);
  if ('unknown' in joined)
    return { unknown: unknown(joined.unknown.map(({ leg, reason }) => unknownStep([leg], reason))) };
  const { fareLegs } = joined;
  return { fareLegs, matched: fareLegs.map((fareLeg) => matchLegRules(tariff, fareLeg)) };
}

type Bill = Omit<PaidPart, 'path'>;

/** All ways to pay these legs in the one currency that can pay each of them; null where there is none, or two. */
function billOf({ fareLegs, matched }: ReadLegs, rider: Rider, tariff: Tariff): Bill | null {
  const bills = tariff.currencies.flatMap((currency) => {
    const buyer = { ...rider, tariff, currency };
    const choices = matched.map(({ matching }) =>
      matching.flatMap((rule): Choice[] => {
        const row = findCheapestRow(rule.fareProduct, buyer);
        return row === undefined ? [] : [{ rule, row }];
      }),
    );
    return choices.every((ways) => ways.length > 0) ? [{ fareLegs, matched, choices, buyer }] : [];
  });
  return bills.length === 1 ? (bills[0] as Bill) : null;
}

function pay(bill: Bill, [start, end]: readonly [number, number]): PaidPart {
  const part = {
    buyer: bill.buyer,
    fareLegs: bill.fareLegs.slice(start, end),
    matched: bill.matched.slice(start, end),
    choices: bill.choices.slice(start, end),
  };
  return { ...part, path: findCheapestPath(part) };
}

const unknown = (steps: UnknownStep[]): Price => ({ total: null, steps });

function unknownStep(legs: readonly number[], reason: UnknownReason): UnknownStep {
  return { kind: 'unknown', legs, reason, others: [] };
}

/** A step for each fare leg that has no price by itself; for all of them when only the currencies disagree. */
function explainUnknown(tariff: Tariff, { fareLegs, matched }: ReadLegs, rider: Rider): UnknownStep[] {
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
