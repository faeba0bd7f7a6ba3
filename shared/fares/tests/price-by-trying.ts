/**
 * Prices a journey by trying every combination of rules, straight from the rows of a random city. Slow and plain on
 * purpose: an independent reading of the same rules, which the engine must agree with.
 */
import { areaOf, type City, type CityJourney, type CityLegRule, networkOf } from './random-city.ts';

/** The cheapest total, or null when it is unknown. */
export function priceByTrying(city: City, journey: CityJourney): number | null {
  const ways = journey.legs.map((leg) =>
    matchingRules(city, leg).flatMap((rule) => {
      const price = cheapestPrice(city, rule.product, journey);
      return price === null ? [] : [{ rule, price }];
    }),
  );
  if (ways.some((way) => way.length === 0)) return null;
  const totals = combinationsOf(ways).map((combination) => totalOf(city, journey, combination));
  return Math.min(...totals);
}

function matchingRules(city: City, leg: CityJourney['legs'][number]): CityLegRule[] {
  const facts = {
    network: networkOf[leg.routeId] ?? '',
    from: areaOf(leg.fromStopId),
    to: areaOf(leg.toStopId),
  };
  const matches = city.legRules.filter((rule) =>
    (['network', 'from', 'to'] as const).every((field) => {
      if (rule[field] !== '') return rule[field] === facts[field];
      return (
        city.withPriority ||
        !city.legRules.some((other) => other[field] !== '' && other[field] === facts[field])
      );
    }),
  );
  if (!city.withPriority) return matches;
  const highest = Math.max(...matches.map(({ priority }) => priority));
  return matches.filter(({ priority }) => priority === highest);
}

function cheapestPrice(city: City, product: string, journey: CityJourney): number | null {
  const category = journey.riderCategoryId ?? 'adult';
  const open = city.products.filter(
    (row) =>
      row.product === product &&
      ['', category].includes(row.category) &&
      (journey.fareMediaId === null || ['', journey.fareMediaId].includes(row.medium)),
  );
  return open.length === 0 ? null : Math.min(...open.map(({ amount }) => amount));
}

interface Way {
  rule: CityLegRule;
  price: number;
}

function combinationsOf(ways: Way[][]): Way[][] {
  return ways.reduce<Way[][]>(
    (combinations, legWays) => combinations.flatMap((before) => legWays.map((way) => [...before, way])),
    [[]],
  );
}

/** The cost of one combination, leg by leg. */
function totalOf(city: City, journey: CityJourney, combination: Way[]): number {
  let total = combination[0]?.price ?? 0;
  let transferred = false;
  let run = { pair: '', first: 0 };
  for (let to = 1; to < combination.length; to += 1) {
    const [before, way] = [combination[to - 1]!, combination[to]!];
    const pair = pairOf(city, before.rule.group, way.rule.group);
    const isRun = pair !== null && pair[0] === pair[1];
    if (!isRun || run.pair !== String(pair)) run = { pair: String(pair), first: to - 1 };
    const rules = city.transferRules
      .filter((rule) => pair !== null && rule.from === pair[0] && rule.to === pair[1])
      .map((rule) => ({ ...rule, count: rule.count === -1 || rule.count === null ? Infinity : rule.count }))
      .filter((rule) => to - run.first <= rule.count)
      .filter(
        (rule) => rule.limit === null || elapsed(journey, [run.first, to], rule.limitType ?? 0) <= rule.limit,
      )
      .map((rule) => ({
        ...rule,
        price: rule.product === '' ? 0 : cheapestPrice(city, rule.product, journey),
      }))
      .filter((rule) => rule.price !== null);
    const smallest = Math.min(...rules.map(({ count }) => count));
    const costs = rules
      .filter(({ count }) => count === smallest)
      .map(({ type, price }) => {
        if (type === 1) return price! + way.price;
        return type === 2 && !transferred ? price! - before.price : price!;
      });
    transferred = costs.length > 0;
    if (!transferred) run = { pair: '', first: to };
    total += transferred ? Math.min(...costs) : way.price;
  }
  return total;
}

/** What rules must name to hold between two groups. */
function pairOf(city: City, from: string, to: string): [string, string] | null {
  if (from === '' || to === '') return null;
  return [
    city.transferRules.some((rule) => rule.from === from) ? from : '',
    city.transferRules.some((rule) => rule.to === to) ? to : '',
  ];
}

function elapsed({ legs }: CityJourney, [first, last]: [number, number], type: number): number {
  const [start, end] = [legs[first]!, legs[last]!];
  return [
    end.arrivalSeconds - start.departureSeconds,
    end.departureSeconds - start.departureSeconds,
    end.departureSeconds - start.arrivalSeconds,
    end.arrivalSeconds - start.arrivalSeconds,
  ][type]!;
}
