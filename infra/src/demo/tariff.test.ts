/** The demo city's tariff: as its facts make it, readable, and to the dong what Hanoi publishes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  compileTariff,
  findDistanceMetres,
  findFreeDays,
  findIncompleteFare,
  listPassesOnSale,
  priceJourney,
  readFareExtension,
  readFeed,
} from '@vedong/fares';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { projectRoot } from '../project.ts';
import { readDemoCity } from './city.ts';
import { makeTariff, tariffFolder } from './tariff.ts';

const files = new Map(
  readdirSync(tariffFolder).map((name) => [name, readFileSync(join(tariffFolder, name), 'utf8')]),
);
const read = readFeed(files);
if ('problems' in read) throw new Error(JSON.stringify(read.problems));
const tariff = compileTariff(read.feed);
const readExtension = readFareExtension(files.get('vedong_fares.json') ?? '', read.feed);
if ('problems' in readExtension) throw new Error(JSON.stringify(readExtension.problems));
const { extension } = readExtension;

function fareOf(
  routeId: string,
  [fromStopId, toStopId]: [string, string],
  fareMediaId: string,
): number | null {
  const moment = Date.UTC(2026, 10, 23, 2) / 1000;
  const { total } = priceJourney(tariff, {
    riderCategoryId: 'standard',
    fareMediaId,
    legs: [{ routeId, fromStopId, toStopId, departureSeconds: moment, arrivalSeconds: moment + 600 }],
  });
  return total === null ? null : total.amount;
}

it('is what its facts make', () => {
  expect(files).toEqual(makeTariff());
});

it('has the fares the city has printed', () => {
  expect(fareOf('2A', ['2A-01', '2A-02'], 'app')).toBe(8_595);
  expect(fareOf('2A', ['2A-01', '2A-12'], 'app')).toBe(18_625);
  expect(fareOf('3.1', ['3.1-01', '3.1-02'], 'app')).toBe(8_935);
  expect(fareOf('3.1', ['3.1-01', '3.1-08'], 'app')).toBe(14_290);
  expect(fareOf('2A', ['2A-01', '2A-12'], 'cash')).toBe(19_000);
});

it('has no fare for a ride that begins and ends at one station', () => {
  expect(fareOf('2A', ['2A-01', '2A-01'], 'app')).toBeNull();
});

it('prices a bus ride with a tap-off by its distance, and by the whole line where a stop is not known', () => {
  expect(fareOf('E01', ['S075', 'S077'], 'app')).toBe(8_000); // 14.6 km
  expect(fareOf('E01', ['S007', 'S075'], 'app')).toBe(10_000); // 21.0 km
  expect(fareOf('E01', ['S075', 'S078'], 'app')).toBe(12_000); // 25.1 km
  expect(fareOf('E01', ['S001', 'S001'], 'app')).toBe(12_000);
  expect(findDistanceMetres(extension, 'E01', ['S075', 'S077'])).toBe(14_600);
});

it('prices a ride on every line of the demo city, from every gate', () => {
  const { gates, lines } = readDemoCity();
  const metroEnds = new Map([
    ['2A', ['2A-01', '2A-12']],
    ['3.1', ['3.1-01', '3.1-08']],
  ]);
  for (const { lineId, placeId, gateId } of gates) {
    const to = metroEnds.get(lineId)?.find((end) => end !== placeId) ?? placeId;
    expect([gateId, fareOf(lineId, [placeId, to], 'app')]).toEqual([gateId, expect.any(Number)]);
  }
  for (const { lineId, mode } of lines)
    expect([lineId, findIncompleteFare(extension, { mode, lineId })]).not.toEqual([lineId, null]);
});

it('names the companies as the demo city does', () => {
  const nameOf = new Map(tableOf('agency.txt').map((row) => [row['agency_id'], row['agency_name']]));
  const agencyOf = new Map(
    tableOf('routes.txt').map((row) => [row['route_id'], nameOf.get(row['agency_id'])]),
  );
  for (const { lineId, agency } of readDemoCity().lines)
    expect([lineId, agencyOf.get(lineId)]).toEqual([lineId, agency]);
});

it('asks the highest fare of the line where an end is missing', () => {
  expect(findIncompleteFare(extension, { mode: 'metro', lineId: '2A' })?.amount).toBe(18_625);
  expect(findIncompleteFare(extension, { mode: 'metro', lineId: '3.1' })?.amount).toBe(14_290);
  expect(findIncompleteFare(extension, { mode: 'bus', lineId: '32' })?.amount).toBe(10_000);
  expect(findIncompleteFare(extension, { mode: 'metro', lineId: '9' })).toBeNull();
});

it.each([
  ['2025-08-29', false],
  ['2025-08-30', true],
  ['2025-09-02', true],
  ['2025-09-03', false],
  ['2026-02-14', true],
  ['2026-02-23', false],
])('%s: free travel is %s', (serviceDay, isFree) => {
  expect(findFreeDays(extension, { serviceDay, mode: 'bus', lineId: '32' }) !== null).toBe(isFree);
});

it('knows how far apart two stations are', () => {
  expect(findDistanceMetres(extension, '2A', ['2A-12', '2A-02'])).toBe(11_800);
  expect(findDistanceMetres(extension, '2A', ['2A-12', '3.1-02'])).toBeNull();
});

it('offers each rider the passes of their concession', () => {
  const numbers = (day: string, concession: number): number[] =>
    listPassesOnSale(extension, day, concession).map(({ productNo }) => productNo);
  expect(numbers('2026-11-23', 0)).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 15, 17, 19, 20, 21]);
  expect(numbers('2026-11-23', 1)).toEqual([5, 6, 7, 8, 9, 10, 13, 14, 16, 18, 22, 23, 24]);
  expect(numbers('2026-11-23', 2)).toEqual([]);
  expect(numbers('2025-07-31', 0)).toEqual([11, 12]);
});

describe.each(listCityFolders())('against the collected figures of the city', (cityFolder) => {
  const figures = (file: string): Record<string, string>[] => parseCsv(readFileSync(join(cityFolder, file)));

  it('has every metro fare, electronic and cash', () => {
    const rows = figures('metro_fares.csv');
    expect(rows).toHaveLength(188);
    for (const row of rows) {
      const { line = '', from_station_id: from = '', to_station_id: to = '' } = row;
      expect([from, to, fareOf(line, [from, to], 'app'), fareOf(line, [from, to], 'cash')]).toEqual([
        from,
        to,
        Number(row['fare_vnd_electronic']),
        Number(row['fare_vnd_cash']),
      ]);
    }
  });

  it('has the fare of every subsidised bus route', () => {
    const rows = figures('bus_routes.csv').filter((row) => row['subsidised'] === '1');
    const fares = rows.map(({ route_id: id = '' }) => [id, fareOf(id, ['S001', 'S001'], 'app')]);
    expect(fares).toHaveLength(33);
    expect(fares).toEqual(rows.map((row) => [row['route_id'], Number(row['fare_band_vnd'])]));
  });

  it('has every pass at its price', () => {
    const rows = figures('fare_products.csv').filter((row) => row['kind'] !== 'single');
    const prices = extension.passes.map(({ productNo, nameVi, price }) => [productNo, nameVi, price.amount]);
    expect(prices).toEqual(
      rows.map((row) => [Number(row['product_no']), row['name_vi'], Number(row['price_vnd'])]),
    );
  });
});

/** The city's figures, where they lie beside the project; otherwise one line says that they do not. */
function listCityFolders(): string[] {
  const folder = join(projectRoot, '../shared/data/hanoi');
  if (existsSync(folder)) return [folder];
  console.log("No city data beside the project: the demo tariff's fares not compared with them.");
  return [];
}

function tableOf(file: string): Record<string, string>[] {
  return parseCsv(files.get(file) ?? '');
}

function parseCsv(text: string | Buffer): Record<string, string>[] {
  return parse<Record<string, string>>(text, { columns: true });
}
