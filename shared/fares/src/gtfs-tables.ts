/** The GTFS files that decide fares, as the GTFS reference declares them. */
import {
  anyText,
  currencyCode,
  date,
  flag,
  optional,
  required,
  timeOfDay,
  timeZone,
  wholeNumber,
} from './columns.ts';
import { defineTable, type Row, type Table, type TableForm } from './table.ts';

const most = 999_999_999;
const id = required(anyText);
const name = optional(anyText);

export const gtfsTables = {
  agencies: defineTable({
    file: 'agency.txt',
    presence: 'required',
    columns: { agency_id: optional(anyText), agency_timezone: required(timeZone) },
    key: ['agency_id'],
    ignored: 'agency_name agency_url agency_lang agency_phone agency_fare_url agency_email cemv_support',
  }),
  stops: defineTable({
    file: 'stops.txt',
    presence: 'required',
    columns: {
      stop_id: id,
      stop_name: name,
      location_type: optional(wholeNumber(0, 4)),
      parent_station: optional(anyText),
      stop_timezone: optional(timeZone),
    },
    key: ['stop_id'],
    ignored:
      'stop_code tts_stop_name stop_desc stop_lat stop_lon zone_id stop_url wheelchair_boarding level_id ' +
      'platform_code stop_access',
  }),
  routes: defineTable({
    file: 'routes.txt',
    presence: 'required',
    columns: { route_id: id, route_short_name: name, route_long_name: name, network_id: optional(anyText) },
    key: ['route_id'],
    ignored:
      'agency_id route_desc route_type route_url route_color route_text_color route_sort_order ' +
      'continuous_pickup continuous_drop_off cemv_support',
  }),
  networks: defineTable({
    file: 'networks.txt',
    presence: 'optional',
    columns: { network_id: id, network_name: name },
    key: ['network_id'],
  }),
  routeNetworks: defineTable({
    file: 'route_networks.txt',
    presence: 'optional',
    columns: { network_id: id, route_id: id },
    key: ['route_id'],
  }),
  areas: defineTable({
    file: 'areas.txt',
    presence: 'optional',
    columns: { area_id: id, area_name: name },
    key: ['area_id'],
  }),
  stopAreas: defineTable({
    file: 'stop_areas.txt',
    presence: 'optional',
    columns: { area_id: id, stop_id: id },
    key: ['area_id', 'stop_id'],
  }),
  calendar: defineTable({
    file: 'calendar.txt',
    presence: 'optional',
    columns: {
      service_id: id,
      monday: required(flag),
      tuesday: required(flag),
      wednesday: required(flag),
      thursday: required(flag),
      friday: required(flag),
      saturday: required(flag),
      sunday: required(flag),
      start_date: required(date),
      end_date: required(date),
    },
    key: ['service_id'],
  }),
  calendarDates: defineTable({
    file: 'calendar_dates.txt',
    presence: 'optional',
    columns: { service_id: id, date: required(date), exception_type: required(wholeNumber(1, 2)) },
    key: ['service_id', 'date'],
  }),
  timeframes: defineTable({
    file: 'timeframes.txt',
    presence: 'optional',
    columns: {
      timeframe_group_id: id,
      start_time: optional(timeOfDay),
      end_time: optional(timeOfDay),
      service_id: id,
    },
    key: ['timeframe_group_id', 'start_time', 'end_time', 'service_id'],
  }),
  riderCategories: defineTable({
    file: 'rider_categories.txt',
    presence: 'optional',
    columns: {
      rider_category_id: id,
      rider_category_name: name,
      is_default_fare_category: optional(flag),
    },
    key: ['rider_category_id'],
    ignored: 'eligibility_url',
  }),
  fareMedia: defineTable({
    file: 'fare_media.txt',
    presence: 'optional',
    columns: { fare_media_id: id, fare_media_name: name, fare_media_type: required(wholeNumber(0, 4)) },
    key: ['fare_media_id'],
  }),
  fareProducts: defineTable({
    file: 'fare_products.txt',
    presence: 'required',
    columns: {
      fare_product_id: id,
      fare_product_name: name,
      rider_category_id: optional(anyText),
      fare_media_id: optional(anyText),
      amount: required(anyText),
      currency: required(currencyCode),
    },
    key: ['fare_product_id', 'rider_category_id', 'fare_media_id'],
  }),
  fareLegRules: defineTable({
    file: 'fare_leg_rules.txt',
    presence: 'required',
    columns: {
      leg_group_id: optional(anyText),
      network_id: optional(anyText),
      from_area_id: optional(anyText),
      to_area_id: optional(anyText),
      from_timeframe_group_id: optional(anyText),
      to_timeframe_group_id: optional(anyText),
      fare_product_id: id,
      rule_priority: optional(wholeNumber(0, most)),
    },
    key: [
      'network_id',
      'from_area_id',
      'to_area_id',
      'from_timeframe_group_id',
      'to_timeframe_group_id',
      'fare_product_id',
    ],
  }),
  fareLegJoinRules: defineTable({
    file: 'fare_leg_join_rules.txt',
    presence: 'optional',
    columns: {
      from_network_id: optional(anyText),
      to_network_id: optional(anyText),
      from_stop_id: optional(anyText),
      to_stop_id: optional(anyText),
    },
    key: ['from_network_id', 'to_network_id', 'from_stop_id', 'to_stop_id'],
  }),
  fareTransferRules: defineTable({
    file: 'fare_transfer_rules.txt',
    presence: 'optional',
    columns: {
      from_leg_group_id: optional(anyText),
      to_leg_group_id: optional(anyText),
      transfer_count: optional(wholeNumber(-1, most)),
      duration_limit: optional(wholeNumber(1, most)),
      duration_limit_type: optional(wholeNumber(0, 3)),
      fare_transfer_type: required(wholeNumber(0, 2)),
      fare_product_id: optional(anyText),
    },
    key: ['from_leg_group_id', 'to_leg_group_id', 'fare_product_id', 'transfer_count', 'duration_limit'],
  }),
} as const;

/** The files of a feed that `readFeed` reads; it ignores every other. */
export const feedFileNames: readonly string[] = Object.values(gtfsTables).map(({ file }) => file);

type Tables = typeof gtfsTables;

/** The fare files of a GTFS feed, checked row by row and against each other. */
export type Feed = {
  readonly [K in keyof Tables]: Tables[K] extends TableForm<infer C> ? Table<Row<C>> : never;
};

export type FeedRow<K extends keyof Feed> = Feed[K]['rows'][number];
