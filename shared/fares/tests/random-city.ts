/** Random small cities for properties: their rules as plain rows, as GTFS files, and journeys through them. */
import fc from 'fast-check';
import type { RiddenLeg } from '../src/index.ts';

export interface CityLegRule {
  group: string;
  network: string;
  from: string;
  to: string;
  product: string;
  priority: number;
}

export interface CityTransferRule {
  from: string;
  to: string;
  count: number | null;
  limit: number | null;
  limitType: number | null;
  type: number;
  product: string;
}

export interface CityProductRow {
  product: string;
  category: string;
  medium: string;
  amount: number;
}

/** Empty text is the empty entry everywhere. Every stop is in the area of its name without the digit. */
export interface City {
  withPriority: boolean;
  products: CityProductRow[];
  legRules: CityLegRule[];
  transferRules: CityTransferRule[];
}

export interface CityJourney {
  riderCategoryId: string | null;
  fareMediaId: string | null;
  legs: RiddenLeg[];
}

/** Where the routes run: `ferry` in no network. */
export const networkOf: Readonly<Record<string, string>> = {
  bus1: 'bus',
  bus2: 'bus',
  tram1: 'tram',
  ferry: '',
};
const productIds = ['p1', 'p2', 'p3'];
const discountIds = ['d1', 'd2'];
const groups = ['g1', 'g2'];
const areas = ['x', 'y', 'z'];
export const stops = ['x1', 'x2', 'y1', 'z1', 'n1'];
/** `n1` is in no area. */
export const areaOf = (stop: string): string => (stop === 'n1' ? '' : stop.slice(0, 1));

const productRow = (ids: string[], amount: fc.Arbitrary<number>): fc.Arbitrary<CityProductRow> =>
  fc.record({
    product: fc.constantFrom(...ids),
    category: fc.constantFrom('', '', '', 'adult', 'student'),
    medium: fc.constantFrom('', '', '', 'card', 'cash'),
    amount,
  });

const legRule: fc.Arbitrary<CityLegRule> = fc.record({
  group: fc.constantFrom(...groups, ...groups, ''),
  network: fc.constantFrom('bus', 'tram', ''),
  from: fc.constantFrom('', '', '', '', '', ...areas),
  to: fc.constantFrom('', '', '', '', '', ...areas),
  product: fc.constantFrom(...productIds),
  priority: fc.constantFrom(0, 0, 0, 1),
});

const limit = fc.option(fc.tuple(fc.constantFrom(600, 1800, 3600), fc.constantFrom(0, 1, 2, 3)));

const transferRule: fc.Arbitrary<CityTransferRule> = fc
  .record({
    from: fc.constantFrom(...groups, ''),
    to: fc.constantFrom(...groups, ''),
    count: fc.constantFrom(-1, 1, 2),
    limit,
    type: fc.constantFrom(0, 1, 2),
    product: fc.constantFrom('', ...discountIds, 'p1'),
  })
  .map(({ count, limit, ...rule }) => ({
    ...rule,
    count: rule.from === rule.to ? count : null,
    limit: limit?.[0] ?? null,
    limitType: limit?.[1] ?? null,
  }));

const keyOf =
  <T>(fields: (row: T) => unknown[]): ((row: T) => string) =>
  (row) =>
    JSON.stringify(fields(row));

export const cities: fc.Arbitrary<City> = fc
  .record({
    withPriority: fc.boolean(),
    prices: fc.uniqueArray(productRow(productIds, fc.integer({ min: 0, max: 9 })), {
      selector: keyOf(({ product, category, medium }) => [product, category, medium]),
      minLength: 4,
      maxLength: 9,
    }),
    discounts: fc.uniqueArray(productRow(discountIds, fc.integer({ min: -3, max: 3 })), {
      selector: keyOf(({ product, category, medium }) => [product, category, medium]),
      maxLength: 4,
    }),
    legRules: fc.uniqueArray(legRule, {
      selector: keyOf(({ network, from, to, product }) => [network, from, to, product]),
      minLength: 3,
      maxLength: 8,
    }),
    transferRules: fc.uniqueArray(transferRule, {
      selector: keyOf(({ from, to, product, count, limit }) => [from, to, product, count, limit]),
      minLength: 2,
      maxLength: 8,
    }),
  })
  .map(({ withPriority, prices, discounts, legRules, transferRules }) => {
    const products = [...prices, ...discounts];
    const sold = new Set(['', ...products.map(({ product }) => product)]);
    const used = legRules.filter(({ product }) => sold.has(product));
    const named = new Set(['', ...used.map(({ group }) => group)]);
    return {
      withPriority,
      products,
      legRules: used,
      transferRules: transferRules.filter((r) => sold.has(r.product) && named.has(r.from) && named.has(r.to)),
    };
  });

const start = 1_795_000_000;

const journeysOf = (maxLegs: number, waits: number[]): fc.Arbitrary<CityJourney> =>
  fc
    .record({
      riderCategoryId: fc.constantFrom(null, 'adult', 'student'),
      fareMediaId: fc.constantFrom(null, 'card', 'cash'),
      rides: fc.array(
        fc.record({
          routeId: fc.constantFrom(...Object.keys(networkOf)),
          fromStopId: fc.constantFrom(...stops),
          toStopId: fc.constantFrom(...stops),
          waitSeconds: fc.constantFrom(...waits),
          rideSeconds: fc.constantFrom(0, 300, 600, 1200),
        }),
        { minLength: 1, maxLength: maxLegs },
      ),
    })
    .map(({ rides, ...rider }) => {
      let now = start;
      const legs = rides.map(({ waitSeconds, rideSeconds, ...leg }) => {
        const departureSeconds = now + waitSeconds;
        now = departureSeconds + rideSeconds;
        return { ...leg, departureSeconds, arrivalSeconds: now };
      });
      return { ...rider, legs };
    });

export const journeys = journeysOf(5, [0, 300, 600, 601, 1800]);

/** A day of rides, some of them hours apart. */
export const longJourneys = journeysOf(24, [0, 300, 600, 601, 1800, 7200, 7200]);

/** The city as GTFS; `order` rearranges the rows of a file. */
export function filesOf(
  city: City,
  order: (rows: string[]) => string[] = (rows) => rows,
): Map<string, string> {
  const table = (header: string, rows: (string | number | null)[][]): string =>
    [header, ...order(rows.map((row) => row.join(',')))].join('\n');
  const priority = city.withPriority ? ',rule_priority' : '';
  const routes = Object.entries(networkOf);
  return new Map([
    ['agency.txt', 'agency_timezone\nAsia/Ho_Chi_Minh'],
    [
      'stops.txt',
      table(
        'stop_id',
        stops.map((stop) => [stop]),
      ),
    ],
    [
      'routes.txt',
      table(
        'route_id',
        routes.map(([route]) => [route]),
      ),
    ],
    ['networks.txt', table('network_id', [['bus'], ['tram'], ['other']])],
    [
      'route_networks.txt',
      table(
        'route_id,network_id',
        routes.filter(([, network]) => network !== ''),
      ),
    ],
    [
      'areas.txt',
      table(
        'area_id',
        areas.map((area) => [area]),
      ),
    ],
    [
      'stop_areas.txt',
      table(
        'stop_id,area_id',
        stops.filter(areaOf).map((stop) => [stop, areaOf(stop)]),
      ),
    ],
    [
      'rider_categories.txt',
      table('rider_category_id,is_default_fare_category', [
        ['adult', 1],
        ['student', 0],
      ]),
    ],
    [
      'fare_media.txt',
      table('fare_media_id,fare_media_type', [
        ['card', 2],
        ['cash', 0],
      ]),
    ],
    [
      'fare_products.txt',
      table(
        'fare_product_id,rider_category_id,fare_media_id,amount,currency',
        city.products.map((row) => [row.product, row.category, row.medium, row.amount, 'VND']),
      ),
    ],
    [
      'fare_leg_rules.txt',
      table(
        `leg_group_id,network_id,from_area_id,to_area_id,fare_product_id${priority}`,
        city.legRules.map(({ group, network, from, to, product, priority }) =>
          [group, network, from, to, product, priority].slice(0, city.withPriority ? 6 : 5),
        ),
      ),
    ],
    [
      'fare_transfer_rules.txt',
      table(
        'from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,fare_transfer_type,' +
          'fare_product_id',
        city.transferRules.map((r) => [r.from, r.to, r.count, r.limit, r.limitType, r.type, r.product]),
      ),
    ],
  ]);
}
