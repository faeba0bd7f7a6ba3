/** The demo city's tariff, made from a few facts: the GTFS files that decide fares, and `vedong_fares.json`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fareExtensionFileName, type FareExtension, type Money } from '@vedong/fares';
import type { Mode } from '@vedong/travel';
import { parse } from 'csv-parse/sync';
import { projectRoot } from '../project.ts';

export const tariffFolder = join(projectRoot, 'infra/demo-city/gtfs');

/** Both metro lines, from 1 August 2025: so much, and so much for each km between the stations. */
const metroOpeningDong = 8_000;
const metroDongPerKm = 850;
/** With cash the fare is rounded up to whole thousands. */
const cashStepDong = 1_000;

/** Subsidised bus routes, from 1 November 2024: one fare by the length of the route. */
const busBands = [
  { networkId: 'bus-under-15km', nameVi: 'Buýt dưới 15 km', fromKm: 0, fareDong: 8_000 },
  { networkId: 'bus-15-25km', nameVi: 'Buýt từ 15 đến dưới 25 km', fromKm: 15, fareDong: 10_000 },
  { networkId: 'bus-25-30km', nameVi: 'Buýt từ 25 đến dưới 30 km', fromKm: 25, fareDong: 12_000 },
  { networkId: 'bus-30-40km', nameVi: 'Buýt từ 30 đến dưới 40 km', fromKm: 30, fareDong: 15_000 },
  { networkId: 'bus-from-40km', nameVi: 'Buýt từ 40 km', fromKm: 40, fareDong: 20_000 },
] as const;

/** Our assumption: whoever comes out where they went in within this time has not travelled. */
const changedMindMinutes = 10;

/** Our assumption: no ride takes longer, with a wait; the longest metro ride takes half an hour. */
const longestMinutes = { metro: 120, bus: 180 } as const;

/** What a trip and a km weigh when a pass for several companies is divided. */
const apportionment = [
  { mode: 'metro', openingPrice: dong(8_000), perKmPrice: dong(850) },
  { mode: 'bus', openingPrice: dong(3_000), perKmPrice: dong(450) },
] as const;

const freeDays = [
  {
    nameVi: 'Miễn phí dịp Quốc khánh 2025',
    nameEn: 'Free travel, National Day 2025',
    fromDay: '2025-08-30',
    toDay: '2025-09-02',
  },
  {
    nameVi: 'Miễn phí dịp Tết Bính Ngọ 2026',
    nameEn: 'Free travel, Lunar New Year 2026',
    fromDay: '2026-02-14',
    toDay: '2026-02-22',
  },
].map((days) => ({ ...days, modes: ['metro', 'bus'] as const, lineIds: null }));

/** One category a concession class; single fares are the same for all, free riders' trips are counted at them. */
const riderCategories = [
  { concession: 0, riderCategoryId: 'standard', nameVi: 'Phổ thông' },
  { concession: 1, riderCategoryId: 'reduced', nameVi: 'Học sinh, sinh viên, công nhân khu công nghiệp' },
  { concession: 2, riderCategoryId: 'free', nameVi: 'Miễn phí: trẻ em, người cao tuổi và diện chính sách' },
] as const;

interface Place {
  placeId: string;
  nameVi: string;
  latitude: string;
  longitude: string;
}

interface Line {
  lineId: string;
  nameVi: string;
  mode: Mode;
  agency: string;
}

interface Station {
  lineId: string;
  placeId: string;
  tenthsOfKm: number;
}

interface BusRoute {
  lineId: string;
  name: string;
  agency: string;
  tenthsOfKm: number;
}

interface City {
  places: readonly Place[];
  metroLines: readonly Line[];
  stations: readonly Station[];
  /** Of bus lines on which riders tap off too, and pay for the distance. */
  busStops: readonly Station[];
  busRoutes: readonly BusRoute[];
  passes: FareExtension['passes'];
}

/** Every file of the tariff by its name. */
export function makeTariff(): Map<string, string> {
  const city = readCity();
  const files = new Map(
    Object.entries({ ...makeNetwork(city), ...makeFares(city) }).map(([name, rows]) => [
      `${name}.txt`,
      csvOf(rows),
    ]),
  );
  return files.set(fareExtensionFileName, jsonOf(makeExtension(city)));
}

function readCity(): City {
  const lines = readTable<Line>('lines.csv');
  return {
    places: readTable<Place>('places.csv'),
    metroLines: lines.filter(({ mode }) => mode === 'metro'),
    stations: readStations('metro-chainage.csv'),
    busStops: readStations('bus-stops.csv'),
    busRoutes: readTable<{ lineId: string; name: string; agency: string; lengthKm: string }>(
      'bus-routes.csv',
    ).map(({ lengthKm, ...route }) => ({ ...route, tenthsOfKm: tenths(lengthKm) })),
    passes: readTable<Record<string, string>>('passes.csv').map(passOf),
  };
}

function readStations(file: string): Station[] {
  return readTable<{ lineId: string; placeId: string; chainageKm: string }>(file).map(
    ({ chainageKm, ...station }) => ({ ...station, tenthsOfKm: tenths(chainageKm) }),
  );
}

function passOf(row: Record<string, string>): FareExtension['passes'][number] {
  const { nameVi = '', nameEn = '', onSaleFrom = '' } = row;
  const modes = (row['modes'] ?? '').split(' ') as Mode[];
  return {
    productNo: Number(row['productNo']),
    nameVi,
    nameEn,
    price: dong(Number(row['price'])),
    modes,
    scope: row['scope'] === 'line' ? 'line' : 'network',
    durationDays: Number(row['durationDays']),
    activation: row['activation'] === 'purchase' ? 'purchase' : 'first_use',
    concessions: (row['concessions'] ?? '').split(' ').map(Number),
    agencies: modes.includes('bus') ? null : ['Hanoi Metro'],
    onSaleFrom,
    onSaleTo: null,
  };
}

/** Rows of each GTFS file, the header first. */
type Files = Record<string, string[][]>;

/** Who runs what between which stops, and how it is grouped for fares. */
function makeNetwork({ places, metroLines, stations, busStops, busRoutes }: City): Files {
  const agencies = [...new Set([...metroLines, ...busRoutes].map(({ agency }) => agency))];
  const names = new Map(places.map(({ placeId, nameVi }) => [placeId, nameVi]));
  const byDistance = new Set(busStops.map(({ lineId }) => lineId));
  return {
    agency: [
      ['agency_id', 'agency_name', 'agency_url', 'agency_timezone', 'agency_lang'],
      ...agencies.map((name) => [agencyId(name), name, 'https://vedong.example', 'Asia/Ho_Chi_Minh', 'vi']),
    ],
    stops: [
      ['stop_id', 'stop_name', 'stop_lat', 'stop_lon'],
      ...places.map(({ placeId, nameVi, latitude, longitude }) => [placeId, nameVi, latitude, longitude]),
    ],
    routes: [
      ['route_id', 'agency_id', 'route_short_name', 'route_long_name', 'route_type'],
      ...metroLines.map(({ lineId, nameVi, agency }) => [lineId, agencyId(agency), lineId, nameVi, '1']),
      ...busRoutes.map(({ lineId, name, agency }) => [lineId, agencyId(agency), lineId, name, '3']),
    ],
    networks: [
      ['network_id', 'network_name'],
      ...metroLines.map(({ lineId, nameVi }) => [`metro-${lineId}`, nameVi]),
      ...busBands.map(({ networkId, nameVi }) => [networkId, nameVi]),
      ...[...byDistance].map((lineId) => [`bus-${lineId}`, `Buýt ${lineId}: theo quãng đường`]),
    ],
    route_networks: [
      ['network_id', 'route_id'],
      ...metroLines.map(({ lineId }) => [`metro-${lineId}`, lineId]),
      ...busRoutes.map((route) => [
        byDistance.has(route.lineId) ? `bus-${route.lineId}` : bandOf(route).networkId,
        route.lineId,
      ]),
    ],
    areas: [
      ['area_id', 'area_name'],
      ...[...stations, ...busStops].map(({ placeId }) => [placeId, names.get(placeId) ?? placeId]),
    ],
    stop_areas: [
      ['area_id', 'stop_id'],
      ...[...stations, ...busStops].map(({ placeId }) => [placeId, placeId]),
    ],
  };
}

/** What is sold to whom, and which ride costs what. */
function makeFares({ stations, busStops, busRoutes }: City): Files {
  const rides = listRides(stations);
  const distances = [...new Set(rides.map(({ tenthsOfKm }) => tenthsOfKm))].sort((a, b) => a - b);
  return {
    rider_categories: [
      ['rider_category_id', 'rider_category_name', 'is_default_fare_category'],
      ...riderCategories.map((each) => [
        each.riderCategoryId,
        each.nameVi,
        each.concession === 0 ? '1' : '0',
      ]),
    ],
    fare_media: [
      ['fare_media_id', 'fare_media_name', 'fare_media_type'],
      ['app', 'Vé QR trên điện thoại', '4'],
      ['cash', 'Tiền mặt', '0'],
    ],
    fare_products: [
      ['fare_product_id', 'fare_product_name', 'fare_media_id', 'amount', 'currency'],
      ...distances.flatMap((tenthsOfKm) => {
        const name = `Vé lượt metro ${kilometres(tenthsOfKm).replace('.', ',')} km`;
        const product = [metroProductId(tenthsOfKm), name];
        const fare = metroFareDong(tenthsOfKm);
        const cash = Math.ceil(fare / cashStepDong) * cashStepDong;
        return [
          [...product, 'app', String(fare), 'VND'],
          [...product, 'cash', String(cash), 'VND'],
        ];
      }),
      ...busBands.map(({ networkId, nameVi, fareDong }) => {
        const name = `Vé lượt ${nameVi.toLowerCase()}`;
        return [networkId, name, '', String(fareDong), 'VND'];
      }),
    ],
    fare_leg_rules: [
      ['leg_group_id', 'network_id', 'from_area_id', 'to_area_id', 'fare_product_id', 'rule_priority'],
      ...rides.map(({ from, to, tenthsOfKm }) => {
        const network = `metro-${from.lineId}`;
        return ['metro', network, from.placeId, to.placeId, metroProductId(tenthsOfKm), ''];
      }),
      ...busBands.map(({ networkId }) => ['bus', networkId, '', '', networkId, '']),
      // Where a ride's stops are not both known, the fare of the whole line; where they are, that of the distance.
      ...busRoutes
        .filter(({ lineId }) => busStops.some((stop) => stop.lineId === lineId))
        .map((route) => ['bus', `bus-${route.lineId}`, '', '', bandOf(route).networkId, '']),
      ...listRides(busStops).map(({ from, to, tenthsOfKm }) => {
        const product = bandOf({ lineId: from.lineId, tenthsOfKm }).networkId;
        return ['bus', `bus-${from.lineId}`, from.placeId, to.placeId, product, '1'];
      }),
    ],
  };
}

/** `Xe điện Hà Nội` as `xe-dien-ha-noi`. */
function agencyId(name: string): string {
  const withoutMarks = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replaceAll('đ', 'd');
  return withoutMarks.replace(/\W+/g, '-');
}

function makeExtension({ metroLines, stations, busStops, busRoutes, passes }: City): FareExtension {
  const highestMetroFare = (lineId: string): number =>
    Math.max(
      ...listRides(stations)
        .filter(({ from }) => from.lineId === lineId)
        .map(({ tenthsOfKm }) => metroFareDong(tenthsOfKm)),
    );
  return {
    version: 1,
    passes,
    caps: [],
    incompleteFares: [
      ...metroLines.map(({ lineId }) => ({
        mode: 'metro' as const,
        lineId,
        fare: dong(highestMetroFare(lineId)),
      })),
      ...busRoutes.map((route) => ({
        mode: 'bus' as const,
        lineId: route.lineId,
        fare: dong(bandOf(route).fareDong),
      })),
    ],
    freeDays,
    riderCategories: riderCategories.map(({ concession, riderCategoryId }) => ({
      concession,
      riderCategoryId,
    })),
    freeConcessions: [2],
    fareDistances: [...stations, ...busStops].map(({ lineId, placeId, tenthsOfKm }) => ({
      lineId,
      stopId: placeId,
      chainageMetres: tenthsOfKm * 100,
    })),
    apportionment,
    sameStationExits: (['metro', 'bus'] as const).map((mode) => ({
      mode,
      lineId: null,
      withinMinutes: changedMindMinutes,
      fare: dong(0),
    })),
    longestTrips: (['metro', 'bus'] as const).map((mode) => ({
      mode,
      lineId: null,
      minutes: longestMinutes[mode],
    })),
  };
}

/** Every ride between two stations of one line, both ways. */
function listRides(stations: readonly Station[]): { from: Station; to: Station; tenthsOfKm: number }[] {
  return stations.flatMap((from) =>
    stations
      .filter((to) => to.lineId === from.lineId && to !== from)
      .map((to) => ({ from, to, tenthsOfKm: Math.abs(to.tenthsOfKm - from.tenthsOfKm) })),
  );
}

/** Whole dong: a tenth of a km costs 85. */
function metroFareDong(tenthsOfKm: number): number {
  return metroOpeningDong + (metroDongPerKm / 10) * tenthsOfKm;
}

function metroProductId(tenthsOfKm: number): string {
  return `metro-${kilometres(tenthsOfKm)}km`;
}

function bandOf({ lineId, tenthsOfKm }: Pick<BusRoute, 'lineId' | 'tenthsOfKm'>): (typeof busBands)[number] {
  const band = busBands.findLast(({ fromKm }) => fromKm * 10 <= tenthsOfKm);
  if (band === undefined) throw new RangeError(`bus ${lineId} has no length`);
  return band;
}

function dong(amount: number): Money {
  return { amount, currency: 'VND' };
}

/** `12.5` as 125. */
function tenths(kilometres: string): number {
  const match = /^(\d+)\.(\d)$/.exec(kilometres);
  if (match === null) throw new RangeError(`${kilometres} is not a distance in km with one decimal`);
  return Number(`${match[1]}${match[2]}`);
}

function kilometres(tenthsOfKm: number): string {
  return `${Math.floor(tenthsOfKm / 10)}.${tenthsOfKm % 10}`;
}

function readTable<Row>(file: string): Row[] {
  return parse<Row>(readFileSync(join(projectRoot, 'infra/demo-city', file)), { columns: true });
}

function csvOf(rows: readonly string[][]): string {
  const quote = (value: string): string =>
    /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  return rows.map((row) => `${row.map(quote).join(',')}\n`).join('');
}

/** One line an item, so that a change shows as one line. */
function jsonOf(extension: FareExtension): string {
  const members = Object.entries(extension).map(([name, value]: [string, unknown]) => {
    const items = Array.isArray(value) ? value.map((item) => `\n    ${JSON.stringify(item)}`) : null;
    const written =
      items === null ? JSON.stringify(value) : items.length === 0 ? '[]' : `[${items.join(',')}\n  ]`;
    return `  ${JSON.stringify(name)}: ${written}`;
  });
  return `{\n${members.join(',\n')}\n}\n`;
}
