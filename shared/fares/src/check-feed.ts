/** The rules of a feed that no single value can break: references between files, and values that forbid each other. */
import type { FeedNote, FeedProblem, FeedRule } from './feed-problem.ts';
import type { Feed } from './gtfs-tables.ts';
import { findDecimals, parseAmount } from './money.ts';

type Place = readonly [table: keyof Feed, column: string];

/** Every value of the first place must stand in one of the others (GTFS: "Foreign ID referencing"). */
const references: readonly (readonly [from: Place, ...to: Place[]])[] = [
  [
    ['stops', 'parent_station'],
    ['stops', 'stop_id'],
  ],
  [
    ['routeNetworks', 'network_id'],
    ['networks', 'network_id'],
  ],
  [
    ['routeNetworks', 'route_id'],
    ['routes', 'route_id'],
  ],
  [
    ['stopAreas', 'area_id'],
    ['areas', 'area_id'],
  ],
  [
    ['stopAreas', 'stop_id'],
    ['stops', 'stop_id'],
  ],
  [
    ['timeframes', 'service_id'],
    ['calendar', 'service_id'],
    ['calendarDates', 'service_id'],
  ],
  [
    ['fareProducts', 'rider_category_id'],
    ['riderCategories', 'rider_category_id'],
  ],
  [
    ['fareProducts', 'fare_media_id'],
    ['fareMedia', 'fare_media_id'],
  ],
  [
    ['fareLegRules', 'network_id'],
    ['networks', 'network_id'],
    ['routes', 'network_id'],
  ],
  [
    ['fareLegRules', 'from_area_id'],
    ['areas', 'area_id'],
  ],
  [
    ['fareLegRules', 'to_area_id'],
    ['areas', 'area_id'],
  ],
  [
    ['fareLegRules', 'from_timeframe_group_id'],
    ['timeframes', 'timeframe_group_id'],
  ],
  [
    ['fareLegRules', 'to_timeframe_group_id'],
    ['timeframes', 'timeframe_group_id'],
  ],
  [
    ['fareLegRules', 'fare_product_id'],
    ['fareProducts', 'fare_product_id'],
  ],
  [
    ['fareLegJoinRules', 'from_network_id'],
    ['networks', 'network_id'],
    ['routes', 'network_id'],
  ],
  [
    ['fareLegJoinRules', 'to_network_id'],
    ['networks', 'network_id'],
    ['routes', 'network_id'],
  ],
  [
    ['fareLegJoinRules', 'from_stop_id'],
    ['stops', 'stop_id'],
  ],
  [
    ['fareLegJoinRules', 'to_stop_id'],
    ['stops', 'stop_id'],
  ],
  [
    ['fareTransferRules', 'from_leg_group_id'],
    ['fareLegRules', 'leg_group_id'],
  ],
  [
    ['fareTransferRules', 'to_leg_group_id'],
    ['fareLegRules', 'leg_group_id'],
  ],
  [
    ['fareTransferRules', 'fare_product_id'],
    ['fareProducts', 'fare_product_id'],
  ],
];

/** Everything that is wrong between the rows of a feed whose single values are right. */
export function checkFeed(feed: Feed): { problems: FeedProblem[]; notes: FeedNote[] } {
  return {
    problems: [
      ...listUnknownReferences(feed),
      ...checkAgencies(feed),
      ...checkStops(feed),
      ...checkNetworks(feed),
      ...checkTimeframes(feed),
      ...checkProducts(feed),
      ...checkJoinRules(feed),
      ...checkTransferRules(feed),
    ],
    notes: listShortAmounts(feed),
  };
}

interface Found {
  readonly line: number;
  readonly field: string;
  readonly rule: FeedRule;
  readonly value?: string | number | null;
}

/** A checker of single rows: what it finds becomes a problem of that table's file. */
function problemsIn<K extends keyof Feed>(
  feed: Feed,
  table: K,
  check: (row: Feed[K]['rows'][number]) => (Found | false)[],
): FeedProblem[] {
  return feed[table].rows.flatMap((row) =>
    check(row).flatMap((found) => {
      if (found === false) return [];
      const { line, field, rule, value } = found;
      const text = value === undefined || value === null ? null : `${value}`;
      return [{ file: feed[table].file, line, field, rule, value: text }];
    }),
  );
}

function listUnknownReferences(feed: Feed): FeedProblem[] {
  return references.flatMap(([[table, column], ...targets]) => {
    const known = targets.map(([target, key]) => feed[target].textsIn(key));
    return problemsIn(feed, table, (row) => {
      const value = (row as Readonly<Record<string, unknown>>)[column];
      if (typeof value !== 'string' || known.some((texts) => texts.has(value))) return [];
      return [{ line: row.line, field: column, rule: 'unknown_reference', value }];
    });
  });
}

/** All agencies of a feed keep the same clock (agency.txt). */
function checkAgencies(feed: Feed): FeedProblem[] {
  const first = feed.agencies.rows[0]?.agency_timezone;
  return problemsIn(feed, 'agencies', ({ line, agency_timezone: value }) => [
    value !== first && { line, field: 'agency_timezone', rule: 'time_zones_differ', value },
  ]);
}

/** A parent is one level up: station over platform, entrance and node, platform over boarding area; so no cycles. */
function checkStops(feed: Feed): FeedProblem[] {
  const typeOf = new Map(feed.stops.rows.map((stop) => [stop.stop_id, stop.location_type ?? 0]));
  return problemsIn(feed, 'stops', ({ line, location_type, parent_station: value }) => {
    const type = location_type ?? 0;
    const field = 'parent_station';
    if (value === null) return [type > 1 && { line, field, rule: 'missing_value' }];
    if (type === 1) return [{ line, field, rule: 'forbidden_value', value }];
    const parent = typeOf.get(value);
    return [
      parent !== undefined && parent !== (type === 4 ? 0 : 1) && { line, field, rule: 'wrong_parent', value },
    ];
  });
}

/** Networks stand either in routes.txt or in files of their own. */
function checkNetworks(feed: Feed): FeedProblem[] {
  if (!feed.routes.columns.has('network_id')) return [];
  return [feed.networks, feed.routeNetworks]
    .filter(({ present }) => present)
    .map(({ file }) => ({ file, line: null, field: 'network_id', rule: 'forbidden_file', value: null }));
}

function checkTimeframes(feed: Feed): FeedProblem[] {
  const seen = new Map<string, { start: number; end: number }[]>();
  return problemsIn(feed, 'timeframes', ({ line, start_time, end_time, timeframe_group_id, service_id }) => {
    if (start_time === null && end_time !== null)
      return [{ line, field: 'start_time', rule: 'missing_value' }];
    if (end_time === null && start_time !== null) return [{ line, field: 'end_time', rule: 'missing_value' }];
    const [start, end] = [start_time ?? 0, end_time ?? 24 * 3600];
    if (start >= end) return [{ line, field: 'start_time', rule: 'start_not_before_end' }];
    const key = JSON.stringify([timeframe_group_id, service_id]);
    const others = seen.get(key) ?? [];
    seen.set(key, [...others, { start, end }]);
    const overlaps = others.some((other) => start < other.end && other.start < end);
    const value = timeframe_group_id;
    return [overlaps && { line, field: 'timeframe_group_id', rule: 'overlapping_timeframes', value }];
  });
}

function checkProducts(feed: Feed): FeedProblem[] {
  const legProducts = feed.fareLegRules.textsIn('fare_product_id');
  const defaults = defaultCategoriesOf(feed);
  const defaultOf = new Map<string, string>();
  return problemsIn(feed, 'fareProducts', (row) => {
    const { line, amount: value, currency, fare_product_id, rider_category_id } = row;
    const amount = parseAmount(value, findDecimals(currency) ?? 0);
    const found: (Found | false)[] = [
      typeof amount === 'string' && { line, field: 'amount', rule: amount, value },
      // Only a discount of a transfer may be negative; a ride that pays its rider is a mistake.
      typeof amount === 'number' &&
        amount < 0 &&
        legProducts.has(fare_product_id) && { line, field: 'amount', rule: 'negative_fare', value },
    ];
    if (rider_category_id === null || !defaults.has(rider_category_id)) return found;
    const known = defaultOf.get(fare_product_id) ?? rider_category_id;
    defaultOf.set(fare_product_id, known);
    const several = { line, field: 'rider_category_id', rule: 'several_default_categories' } as const;
    return [...found, known !== rider_category_id && { ...several, value: rider_category_id }];
  });
}

/** The categories a rider has who states none. */
export function defaultCategoriesOf(feed: Feed): ReadonlySet<string> {
  const rows = feed.riderCategories.rows.filter((category) => category.is_default_fare_category === true);
  return new Set(rows.map((category) => category.rider_category_id));
}

function listShortAmounts(feed: Feed): FeedNote[] {
  const { file, rows } = feed.fareProducts;
  return rows
    .filter(({ amount, currency }) => (amount.split('.')[1] ?? '').length < (findDecimals(currency) ?? 0))
    .map(({ line }) => ({ file, line, field: 'amount', rule: 'too_few_decimals' }));
}

/** Both of a pair, or none. */
function checkJoinRules(feed: Feed): FeedProblem[] {
  return problemsIn(feed, 'fareLegJoinRules', (row) =>
    (
      [
        ['from_network_id', 'to_network_id'],
        ['from_stop_id', 'to_stop_id'],
      ] as const
    ).flatMap(([from, to]) => [
      row[from] === null && row[to] !== null && { line: row.line, field: from, rule: 'missing_value' },
      row[to] === null && row[from] !== null && { line: row.line, field: to, rule: 'missing_value' },
    ]),
  );
}

function checkTransferRules(feed: Feed): FeedProblem[] {
  return problemsIn(feed, 'fareTransferRules', (row) => {
    const { line, transfer_count: count, duration_limit: limit, duration_limit_type: type } = row;
    const sameGroup = row.from_leg_group_id === row.to_leg_group_id;
    return [
      count === 0 && { line, field: 'transfer_count', rule: 'out_of_range', value: count },
      sameGroup && count === null && { line, field: 'transfer_count', rule: 'missing_value' },
      !sameGroup &&
        count !== null && { line, field: 'transfer_count', rule: 'forbidden_value', value: count },
      limit !== null && type === null && { line, field: 'duration_limit_type', rule: 'missing_value' },
      limit === null &&
        type !== null && { line, field: 'duration_limit_type', rule: 'forbidden_value', value: type },
    ];
  });
}
