import fc from 'fast-check';
import { expect, it } from 'vitest';
import { filesWith } from '../tests/sample-feed.ts';
import {
  findDistanceMetres,
  findFreeDays,
  findIncompleteFare,
  findLongestTripMinutes,
  findRiderCategoryId,
  findSameStationExit,
  listPassesOnSale,
} from './fare-extension.ts';
import { readFareExtension } from './read-fare-extension.ts';
import { readFeed } from './read-feed.ts';

const vnd = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'VND' });

const pass = {
  productNo: 17,
  nameVi: 'Vé tháng',
  nameEn: 'Monthly pass',
  price: vnd(500_000),
  modes: ['metro', 'bus'],
  scope: 'network',
  durationDays: 30,
  activation: 'first_use',
  concessions: [0],
  agencies: null,
  onSaleFrom: '2026-01-01',
  onSaleTo: '2026-12-31',
};
const cap = {
  capId: 'day',
  nameVi: 'Tối đa một ngày',
  nameEn: 'Day cap',
  period: 'day',
  limit: vnd(40_000),
  modes: ['bus'],
  concessions: [0, 1],
  fromDay: '2026-01-01',
  toDay: null,
};
const freeDays = {
  nameVi: 'Quốc khánh',
  nameEn: 'National Day',
  fromDay: '2026-09-01',
  toDay: '2026-09-02',
  modes: ['bus'],
  lineIds: ['bus1'],
};
/** For the lines and stops of the sample feed. */
const sample = {
  version: 1,
  passes: [pass],
  caps: [cap],
  incompleteFares: [
    { mode: 'bus', lineId: null, fare: vnd(8_000) },
    { mode: 'bus', lineId: 'bus2', fare: vnd(9_000) },
  ],
  freeDays: [freeDays],
  riderCategories: [{ concession: 1, riderCategoryId: 'student' }],
  freeConcessions: [2],
  fareDistances: [
    { lineId: 'bus1', stopId: 'a', chainageMetres: 700 },
    { lineId: 'bus1', stopId: 'b', chainageMetres: 100 },
  ],
  apportionment: [{ mode: 'bus', openingPrice: vnd(3_000), perKmPrice: vnd(450) }],
};

const read = readFeed(filesWith());
if ('problems' in read) throw new Error('the sample feed has problems');
const { feed } = read;

function problemsOf(changes: object): (string | null)[][] {
  const read = readFareExtension(JSON.stringify({ ...sample, ...changes }), feed);
  return 'extension' in read ? [] : read.problems.map(({ field, rule, value }) => [field, rule, value]);
}

it('reads a file as it is written, also behind a byte order mark', () => {
  expect(readFareExtension(JSON.stringify(sample), feed)).toEqual({ extension: sample });
  expect(readFareExtension(`\uFEFF${JSON.stringify(sample)}`)).toEqual({ extension: sample });
});

it('may say what a changed mind costs and how long a ride takes', () => {
  const some = {
    ...sample,
    sameStationExits: [
      { mode: 'bus', lineId: null, withinMinutes: 10, fare: vnd(0) },
      { mode: 'bus', lineId: 'bus2', withinMinutes: 5, fare: vnd(500) },
    ],
    longestTrips: [{ mode: 'bus', lineId: null, minutes: 90 }],
  };
  const read = readFareExtension(JSON.stringify(some), feed);
  if ('problems' in read) throw new Error('it has problems');
  expect(read.extension).toEqual(some);
  const bus1 = { mode: 'bus', lineId: 'bus1' } as const;
  expect(findSameStationExit(read.extension, bus1)).toMatchObject({ withinMinutes: 10 });
  expect(findSameStationExit(read.extension, { ...bus1, lineId: 'bus2' })).toMatchObject({ fare: vnd(500) });
  expect(findSameStationExit(read.extension, { ...bus1, mode: 'metro' })).toBeNull();
  expect(findLongestTripMinutes(read.extension, bus1)).toBe(90);
  const bare = readFareExtension(JSON.stringify(sample), feed);
  if ('problems' in bare) throw new Error('the sample has problems');
  expect(findSameStationExit(bare.extension, bus1)).toBeNull();
  expect(findLongestTripMinutes(bare.extension, bus1)).toBeNull();

  const limit = { mode: 'bus', lineId: 'nowhere', minutes: 241 };
  expect(problemsOf({ longestTrips: [limit], sameStationExits: [{ ...limit, minutes: 1 }] })).toEqual([
    ['sameStationExits[0].minutes', 'unknown_member', '1'],
    ['sameStationExits[0].withinMinutes', 'missing_value', null],
    ['sameStationExits[0].fare', 'missing_value', null],
    ['longestTrips[0].minutes', 'out_of_range', '241'],
  ]);
  expect(problemsOf({ longestTrips: [{ ...limit, minutes: 240 }] })).toEqual([
    ['longestTrips[0].lineId', 'unknown_reference', 'nowhere'],
  ]);
});

it('answers what a tariff is asked', () => {
  const read = readFareExtension(JSON.stringify(sample), feed);
  if ('problems' in read) throw new Error('the sample has problems');
  const { extension } = read;
  const bus = (lineId: string, serviceDay: string): never => ({ mode: 'bus', lineId, serviceDay }) as never;
  expect(findIncompleteFare(extension, bus('bus1', ''))).toEqual(vnd(8_000));
  expect(findIncompleteFare(extension, bus('bus2', ''))).toEqual(vnd(9_000));
  expect(findIncompleteFare(extension, { mode: 'metro', lineId: 'bus1' })).toBeNull();
  expect(findFreeDays(extension, bus('bus1', '2026-09-02'))?.nameEn).toBe('National Day');
  expect(findFreeDays(extension, bus('bus1', '2026-09-03'))).toBeNull();
  expect(findFreeDays(extension, bus('bus2', '2026-09-02'))).toBeNull();
  expect(findRiderCategoryId(extension, 1)).toBe('student');
  expect(findRiderCategoryId(extension, 0)).toBeNull();
  expect(findDistanceMetres(extension, 'bus1', ['b', 'a'])).toBe(600);
  expect(findDistanceMetres(extension, 'bus2', ['b', 'a'])).toBeNull();
  expect(listPassesOnSale(extension, '2026-12-31', 0)).toEqual([pass]);
  expect(listPassesOnSale(extension, '2027-01-01', 0)).toEqual([]);
  expect(listPassesOnSale(extension, '2026-06-01', 1)).toEqual([]);
});

it('says in one problem that a text is no JSON', () => {
  const problem = { file: 'vedong_fares.json', line: null, field: null, rule: 'malformed_json', value: null };
  expect(readFareExtension('{"version": 1,')).toEqual({ problems: [problem] });
});

it('reports every problem at once, by its path', () => {
  expect(
    problemsOf({
      version: 2,
      passes: [{ ...pass, productNo: 0, price: { amount: 1.5, currency: 'XXX' }, modes: [], extra: 1 }, 7],
      caps: [cap, cap],
      freeConcessions: undefined,
      surprise: { a: 1 },
    }),
  ).toEqual([
    ['surprise', 'unknown_member', '{"a":1}'],
    ['version', 'forbidden_value', '2'],
    ['passes[0].extra', 'unknown_member', '1'],
    ['passes[0].productNo', 'out_of_range', '0'],
    ['passes[0].price.amount', 'not_a_whole_number', '1.5'],
    ['passes[0].price.currency', 'not_a_currency', 'XXX'],
    ['passes[0].modes', 'missing_value', null],
    ['passes[1]', 'wrong_type', '7'],
    ['caps[1]', 'duplicate_key', 'day'],
    ['freeConcessions', 'missing_value', null],
  ]);
});

it.each([
  ['a negative price', { passes: [{ ...pass, price: vnd(-1) }] }, 'passes[0].price.amount', 'out_of_range'],
  [
    'text for a number',
    { passes: [{ ...pass, durationDays: '30' }] },
    'passes[0].durationDays',
    'not_a_whole_number',
  ],
  ['a number for text', { passes: [{ ...pass, nameVi: 5 }] }, 'passes[0].nameVi', 'wrong_type'],
  ['an empty name', { passes: [{ ...pass, nameVi: '' }] }, 'passes[0].nameVi', 'missing_value'],
  [
    'a name that is too long',
    { passes: [{ ...pass, nameEn: 'x'.repeat(61) }] },
    'passes[0].nameEn',
    'too_large',
  ],
  [
    'a control character',
    { passes: [{ ...pass, nameEn: 'a\u0007b' }] },
    'passes[0].nameEn',
    'forbidden_value',
  ],
  ['an unknown mode', { caps: [{ ...cap, modes: ['tram'] }] }, 'caps[0].modes[0]', 'forbidden_value'],
  ['a mode twice', { caps: [{ ...cap, modes: ['bus', 'bus'] }] }, 'caps[0].modes[1]', 'duplicate_key'],
  ['no such date', { caps: [{ ...cap, fromDay: '2026-02-30' }] }, 'caps[0].fromDay', 'not_a_date'],
  [
    'an end before the begin',
    { caps: [{ ...cap, toDay: '2025-12-31' }] },
    'caps[0].toDay',
    'start_after_end',
  ],
  ['a list that is none', { caps: {} }, 'caps', 'wrong_type'],
  ['null for an object', { passes: [null] }, 'passes[0]', 'wrong_type'],
  [
    'two fares for a line',
    { incompleteFares: [sample.incompleteFares[0], sample.incompleteFares[0]] },
    'incompleteFares[1]',
    'duplicate_key',
  ],
  [
    'a line that is not in the feed',
    { freeDays: [{ ...freeDays, lineIds: ['bus9'] }] },
    'freeDays[0].lineIds[0]',
    'unknown_reference',
  ],
  [
    'a stop that is not in the feed',
    { fareDistances: [{ lineId: 'bus1', stopId: 'z', chainageMetres: 0 }] },
    'fareDistances[0].stopId',
    'unknown_reference',
  ],
  [
    'a category that is not in the feed',
    { riderCategories: [{ concession: 0, riderCategoryId: 'z' }] },
    'riderCategories[0].riderCategoryId',
    'unknown_reference',
  ],
])('refuses %s', (_name, changes, field, rule) => {
  expect(problemsOf(changes).map((problem) => problem.slice(0, 2))).toEqual([[field, rule]]);
});

it('does not take a member that every object inherits for one of the file', () => {
  const text = JSON.stringify(sample).replace('{', '{"__proto__":1,"toString":2,');
  const read = readFareExtension(text);
  expect('problems' in read && read.problems.map(({ field }) => field)).toEqual(['__proto__', 'toString']);
});

it('reads any JSON without throwing', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(sample)), fc.jsonValue(), (member, value) => {
      const read = readFareExtension(JSON.stringify({ ...sample, [member]: value }), feed);
      expect('extension' in read || read.problems.length > 0).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});
