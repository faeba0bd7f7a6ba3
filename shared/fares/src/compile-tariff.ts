/** Makes a tariff of a feed: references become objects, rules become look-ups, and the order of rows is forgotten. */
import { defaultCategoriesOf } from './check-feed.ts';
import type { Feed, FeedRow } from './gtfs-tables.ts';
import { findDecimals, parseAmount } from './money.ts';
import type {
  DurationLimitType,
  FareLegRule,
  FareProduct,
  FareProductRow,
  FareRoute,
  FareStop,
  FareTransferRule,
  FareTransferType,
  LegRuleIndex,
  ServiceDates,
  Tariff,
  TimeframeGroup,
  TransferRuleIndex,
} from './tariff.ts';

/** The tariff of a feed that `readFeed` found without problems. */
export function compileTariff(feed: Feed): Tariff {
  const products = compileProducts(feed);
  const legRules = compileLegRules(feed, products);
  return {
    stops: compileStops(feed),
    routes: compileRoutes(feed),
    defaultCategoryIds: defaultCategoriesOf(feed),
    currencies: [...new Set(feed.fareProducts.rows.map(({ currency }) => currency))].sort(),
    legRules,
    legRuleIndex: indexLegRules(legRules),
    joinRules: inOrderOf(feed.fareLegJoinRules.rows).map((row) => ({
      ref: { file: feed.fareLegJoinRules.file, line: row.line },
      fromNetworkId: row.from_network_id,
      toNetworkId: row.to_network_id,
      fromStopId: row.from_stop_id,
      toStopId: row.to_stop_id,
    })),
    transferRules: compileTransferRules(feed, products),
  };
}

/** Rows in an order that follows from what they say: equal offers are then chosen alike in whatever order they stand. */
function inOrderOf<T extends object>(rows: readonly T[]): T[] {
  const texts = new Map(rows.map((row) => [row, JSON.stringify({ ...row, line: 0 })]));
  return rows.toSorted((a, b) => compareText(texts.get(a) ?? '', texts.get(b) ?? ''));
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compileProducts(feed: Feed): ReadonlyMap<string, FareProduct> {
  const { file, rows } = feed.fareProducts;
  const grouped = Map.groupBy(inOrderOf(rows), (row) => row.fare_product_id);
  const compileRow = (row: FeedRow<'fareProducts'>): FareProductRow => {
    const amount = parseAmount(row.amount, findDecimals(row.currency) ?? 0);
    if (typeof amount === 'string') throw new RangeError(`${file}:${row.line} has no amount: ${amount}`);
    return {
      ref: { file, line: row.line },
      riderCategoryId: row.rider_category_id,
      fareMediaId: row.fare_media_id,
      amount,
      currency: row.currency,
    };
  };
  return new Map(
    [...grouped].map(([fareProductId, rows]) => [
      fareProductId,
      { fareProductId, rows: rows.map(compileRow) },
    ]),
  );
}

/** Stops with their areas: a platform without areas of its own is in those of its station (stop_areas.txt). */
function compileStops(feed: Feed): ReadonlyMap<string, FareStop> {
  const { rows } = feed.stops;
  const byId = new Map(rows.map((stop) => [stop.stop_id, stop]));
  const areasByStop = Map.groupBy(feed.stopAreas.rows, ({ stop_id }) => stop_id);
  const agencyZone = feed.agencies.rows[0]?.agency_timezone ?? 'UTC';
  const upwards = (stop: FeedRow<'stops'>): FeedRow<'stops'>[] => {
    const parent = byId.get(stop.parent_station ?? '');
    return parent === undefined ? [stop] : [stop, ...upwards(parent)];
  };
  const fromKeysOf = matchKeysIn(feed, 'from_area_id');
  const toKeysOf = matchKeysIn(feed, 'to_area_id');
  return new Map(
    rows.map((stop) => {
      const line = upwards(stop);
      const areas = line.map(({ stop_id }) => areasByStop.get(stop_id)).find((found) => found !== undefined);
      const areaIds = (areas ?? []).map(({ area_id }) => area_id).sort();
      const zone = line.findLast(({ stop_timezone }) => stop_timezone !== null)?.stop_timezone ?? agencyZone;
      const { stop_id: stopId } = stop;
      const stationId = line.at(-1)?.stop_id ?? stopId;
      const keys = { fromKeys: fromKeysOf(areaIds), toKeys: toKeysOf(areaIds) };
      return [stopId, { stopId, stationId, timeZone: zone, areaIds, ...keys }];
    }),
  );
}

function compileRoutes(feed: Feed): ReadonlyMap<string, FareRoute> {
  const networkOf = new Map(feed.routeNetworks.rows.map((row) => [row.route_id, row.network_id]));
  const keysOf = matchKeysIn(feed, 'network_id');
  return new Map(
    feed.routes.rows.map(({ route_id: routeId, network_id }) => {
      const networkId = network_id ?? networkOf.get(routeId) ?? null;
      return [routeId, { routeId, networkId, networkKeys: keysOf(networkId === null ? [] : [networkId]) }];
    }),
  );
}

/**
 * What an entry of this column may be to match given networks or areas. With `rule_priority` an empty entry matches
 * anything; without the column it covers what is listed nowhere in it (fare_leg_rules.txt, steps 3 and 4).
 */
function matchKeysIn(
  feed: Feed,
  column: 'network_id' | 'from_area_id' | 'to_area_id',
): (ids: readonly string[]) => string[] {
  const listed = feed.fareLegRules.textsIn(column);
  const emptyMatchesAll = feed.fareLegRules.columns.has('rule_priority');
  return (ids) => (emptyMatchesAll || !ids.some((id) => listed.has(id)) ? [...ids, ''] : [...ids]);
}

function compileLegRules(feed: Feed, products: ReadonlyMap<string, FareProduct>): FareLegRule[] {
  const { file, rows } = feed.fareLegRules;
  const groups = compileTimeframeGroups(feed);
  const groupOf = (id: string | null): TimeframeGroup | null => (id === null ? null : getIn(groups, id));
  return inOrderOf(rows).map((row) => ({
    ref: { file, line: row.line },
    legGroupId: row.leg_group_id,
    networkId: row.network_id,
    fromAreaId: row.from_area_id,
    toAreaId: row.to_area_id,
    fromTimeframeGroup: groupOf(row.from_timeframe_group_id),
    toTimeframeGroup: groupOf(row.to_timeframe_group_id),
    fareProduct: getIn(products, row.fare_product_id),
    rulePriority: row.rule_priority ?? 0,
  }));
}

function getIn<T>(map: ReadonlyMap<string, T>, id: string): T {
  const found = map.get(id);
  if (found === undefined) throw new RangeError(`the feed refers to ${id}, which it does not define`);
  return found;
}

function compileTimeframeGroups(feed: Feed): ReadonlyMap<string, TimeframeGroup> {
  const services = compileServices(feed);
  const grouped = Map.groupBy(feed.timeframes.rows, (row) => row.timeframe_group_id);
  return new Map(
    [...grouped].map(([timeframeGroupId, rows]) => {
      const timeframes = rows.map((row) => ({
        startSeconds: row.start_time ?? 0,
        endSeconds: row.end_time ?? 24 * 3600,
        service: getIn(services, row.service_id),
      }));
      return [timeframeGroupId, { timeframeGroupId, timeframes }];
    }),
  );
}

function compileServices(feed: Feed): ReadonlyMap<string, ServiceDates> {
  const calendars = new Map(feed.calendar.rows.map((row) => [row.service_id, row]));
  const exceptions = Map.groupBy(feed.calendarDates.rows, ({ service_id }) => service_id);
  return new Map(
    [...new Set([...calendars.keys(), ...exceptions.keys()])].map((id) => {
      const row = calendars.get(id);
      const dates = (type: number): Set<number> =>
        new Set((exceptions.get(id) ?? []).filter((e) => e.exception_type === type).map((e) => e.date));
      return [
        id,
        {
          startDate: row?.start_date ?? 0,
          endDate: row?.end_date ?? 0,
          weekdays: row
            ? [row.monday, row.tuesday, row.wednesday, row.thursday, row.friday, row.saturday, row.sunday]
            : [],
          added: dates(1),
          removed: dates(2),
        },
      ];
    }),
  );
}

function indexLegRules(rules: readonly FareLegRule[]): LegRuleIndex {
  return groupInto(
    rules,
    (rule) => rule.networkId,
    (ofNetwork) =>
      groupInto(
        ofNetwork,
        (rule) => rule.fromAreaId,
        (fromArea) =>
          groupInto(
            fromArea,
            (rule) => rule.toAreaId,
            (toArea) => toArea,
          ),
      ),
  );
}

function groupInto<T, V>(
  rows: readonly T[],
  keyOf: (row: T) => string | null,
  valueOf: (rows: readonly T[]) => V,
): ReadonlyMap<string, V> {
  const grouped = Map.groupBy(rows, (row) => keyOf(row) ?? '');
  return new Map([...grouped].map(([key, rows]) => [key, valueOf(rows)]));
}

function compileTransferRules(feed: Feed, products: ReadonlyMap<string, FareProduct>): TransferRuleIndex {
  const { file, rows, textsIn } = feed.fareTransferRules;
  const compileRule = (row: FeedRow<'fareTransferRules'>): FareTransferRule => ({
    ref: { file, line: row.line },
    transferCount: row.transfer_count === null || row.transfer_count === -1 ? Infinity : row.transfer_count,
    durationLimitSeconds: row.duration_limit,
    durationLimitType: (row.duration_limit_type ?? 0) as DurationLimitType,
    fareTransferType: row.fare_transfer_type as FareTransferType,
    fareProduct: row.fare_product_id === null ? null : getIn(products, row.fare_product_id),
  });
  return {
    fromGroups: textsIn('from_leg_group_id'),
    toGroups: textsIn('to_leg_group_id'),
    rules: groupInto(
      inOrderOf(rows),
      (row) => row.from_leg_group_id,
      (fromGroup) =>
        groupInto(
          fromGroup,
          (row) => row.to_leg_group_id,
          (toGroup) => toGroup.map(compileRule),
        ),
    ),
  };
}
