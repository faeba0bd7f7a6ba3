import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { cities, type City, filesOf, longJourneys } from '../tests/random-city.ts';
import { filesWith, ride, tariffOf } from '../tests/sample-feed.ts';
import { type Choice, findCheapestPath, listTotalsWithEach } from './cheapest-path.ts';
import { toFareLegs } from './fare-legs.ts';
import { matchLegRules } from './leg-rules.ts';
import { type Journey, priceJourney, priceParts } from './price-journey.ts';
import { findCheapestRow } from './product-rows.ts';
import type { Tariff } from './tariff.ts';

const runs = { numRuns: 1000 };
vi.setConfig({ testTimeout: 120_000 });

/** The journey as one stretch, never split; null where a leg has no price. */
function wholeOf(tariff: Tariff, { legs, ...rider }: Journey): Parameters<typeof findCheapestPath>[0] | null {
  const joined = toFareLegs(tariff, legs);
  if ('unknown' in joined) return null;
  const buyer = { ...rider, tariff, currency: 'VND' };
  const choices = joined.fareLegs.map((leg) =>
    matchLegRules(tariff, leg).matching.flatMap((rule): Choice[] => {
      const row = findCheapestRow(rule.fareProduct, buyer);
      return row === undefined ? [] : [{ rule, row }];
    }),
  );
  return choices.every((ways) => ways.length > 0) ? { fareLegs: joined.fareLegs, choices, buyer } : null;
}

/** A city in which every ride has a price, and most have several: two more rules cover them all. */
const withAllSold = (city: City): City => ({
  ...city,
  withPriority: true,
  products: [
    ...city.products,
    { product: 'any', category: '', medium: '', amount: 5 },
    { product: 'alone', category: '', medium: '', amount: 6 },
  ],
  legRules: [
    ...city.legRules,
    { group: 'g1', network: '', from: '', to: '', product: 'any', priority: 0 },
    { group: '', network: '', from: '', to: '', product: 'alone', priority: 0 },
  ].map((rule) => ({ ...rule, priority: 0 })),
});

it('costs part by part what it costs as a whole', () => {
  let splits = 0;
  fc.assert(
    fc.property(cities, longJourneys, (city, journey) => {
      const tariff = tariffOf(filesOf(withAllSold(city)));
      const stretch = wholeOf(tariff, journey);
      fc.pre(stretch !== null);
      const whole = findCheapestPath(stretch).total;
      const parts = priceParts(tariff, journey);
      splits += parts.length - 1;
      expect(parts.flatMap(({ legs }) => legs)).toEqual([...journey.legs.keys()]);
      expect(parts.reduce((sum, { price }) => sum + (price.total?.amount ?? NaN), 0)).toBe(whole);
      const price = priceJourney(tariff, journey);
      expect(price.total).toEqual({ amount: whole, currency: 'VND' });
      const kinds = (steps: readonly { kind: string; amount?: number }[]) =>
        steps.map(({ kind, amount }) => [kind, amount]);
      expect(kinds(parts.flatMap((part): readonly { kind: string }[] => part.price.steps))).toEqual(
        kinds(price.steps),
      );
    }),
    runs,
  );
  expect(splits).toBeGreaterThan(runs.numRuns);
});

it('keeps every part, and its price, that neither holds nor borders an added ride', () => {
  fc.assert(
    fc.property(cities, longJourneys, fc.nat(23), (city, journey, number) => {
      const tariff = tariffOf(filesOf(withAllSold(city)));
      const added = number % journey.legs.length;
      const without = { ...journey, legs: journey.legs.filter((_, index) => index !== added) };
      const totalsOf = (legs: readonly (typeof journey.legs)[number][], of: Journey) =>
        priceParts(tariff, of).map((part) => ({
          legs: part.legs.map((leg) => legs[leg]),
          total: part.price.total?.amount,
        }));
      const before = totalsOf(without.legs, without);
      const after = totalsOf(journey.legs, journey);
      const place = after.findIndex(({ legs }) => legs.includes(journey.legs[added]));
      const earlier = after.slice(0, Math.max(0, place - 1));
      expect(before.slice(0, earlier.length)).toEqual(earlier);
      const later = after.slice(place + 2);
      expect(before.slice(before.length - later.length)).toEqual(later);
    }),
    runs,
  );
});

it('tells of each way to pay a leg the cheapest journey with it', () => {
  fc.assert(
    fc.property(cities, longJourneys, (city, journey) => {
      const stretch = wholeOf(tariffOf(filesOf(withAllSold(city))), {
        ...journey,
        legs: journey.legs.slice(0, 8),
      });
      fc.pre(stretch !== null);
      const { choices } = stretch;
      expect(listTotalsWithEach(stretch)).toEqual(
        choices.map((ways, position) =>
          ways.map((way) => findCheapestPath({ ...stretch, choices: choices.with(position, [way]) }).total),
        ),
      );
    }),
    runs,
  );
});

const rider = { riderCategoryId: null, fareMediaId: null };
const partsOf = (tariff: Tariff, legs: Journey['legs']) =>
  priceParts(tariff, { ...rider, legs }).map(({ legs }) => legs);

it('splits where the time is over, where groups have no rule, and where a leg has no group', () => {
  const tariff = tariffOf(filesWith());
  expect(partsOf(tariff, [ride('bus1', 0), ride('bus2', 60)])).toEqual([[0, 1]]);
  expect(partsOf(tariff, [ride('bus1', 0), ride('bus2', 61)])).toEqual([[0], [1]]);
  expect(partsOf(tariff, [ride('tram1', 0), ride('bus1', 15)])).toEqual([[0], [1]]);
  expect(partsOf(tariff, [])).toEqual([]);
});

it('never splits legs that a rule joins, nor where a run can have begun with a leg that arrived later', () => {
  const joined = [ride('tram1', 0, 'a', 's1'), ride('tram1', 300, 's1', 'b')];
  expect(partsOf(tariffOf(filesWith()), joined)).toEqual([[0, 1]]);
  const transfers =
    'from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,fare_transfer_type,' +
    'fare_product_id\nbus,bus,-1,600,2,0,\n';
  const long = { ...ride('bus1', 0), arrivalSeconds: ride('bus1', 60).departureSeconds };
  const legs = [long, ride('bus2', 5), ride('bus1', 65)];
  expect(partsOf(tariffOf(filesWith({ 'fare_transfer_rules.txt': transfers })), legs)).toEqual([[0, 1, 2]]);
});

it('tells at the start of a part why nothing leads to it', () => {
  const parts = priceParts(tariffOf(filesWith()), { ...rider, legs: [ride('bus1', 0), ride('bus2', 61)] });
  expect(parts[1]?.price.steps).toMatchObject([
    {
      kind: 'separate',
      others: [{ mismatches: [{ field: 'duration_limit', wants: 3600, has: 3660 }] }],
    },
    { kind: 'leg', legs: [1] },
  ]);
});

it('leaves the other parts their price when one can be paid in another currency only', () => {
  const products =
    'fare_product_id,rider_category_id,fare_media_id,amount,currency\n' +
    'bus,,,7000,VND\ntram,,,5.00,USD\ntram_rush,,,5.00,USD\nless,,,-2000,VND\n';
  const tariff = tariffOf(filesWith({ 'fare_products.txt': products }));
  const legs = [ride('bus1', 0), ride('bus2', 20), ride('tram1', 300)];
  expect(priceJourney(tariff, { ...rider, legs }).total).toBeNull();
  expect(priceParts(tariff, { ...rider, legs }).map(({ price }) => price.total)).toEqual([
    { amount: 7000, currency: 'VND' },
    { amount: 500, currency: 'USD' },
  ]);
});
