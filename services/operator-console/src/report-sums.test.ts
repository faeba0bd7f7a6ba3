import type { OperatorReport } from '@vedong/contracts';
import { expect, it } from 'vitest';
import { sumByAgency, sumByDay, sumByLine, sumOf } from './report-sums.ts';

type Line = OperatorReport['lines'][number];
const line = (changes: Partial<Line>): Line => ({
  serviceDay: '2026-11-23',
  lineId: '2A',
  nameVi: 'Tuyến 2A',
  nameEn: 'Line 2A',
  mode: 'metro',
  agency: 'Hanoi Metro',
  trips: 2,
  asked: 20_000,
  unpriced: 0,
  paid: 15_000,
  coveredByPasses: 1000,
  beyondCaps: 4000,
  freeCategories: 0,
  ...changes,
});
const bus = { lineId: '32', nameVi: 'Buýt 32', nameEn: 'Bus 32', agency: 'Transerco', mode: 'bus' as const };
const lines = [line({}), line({ ...bus, trips: 5 }), line({ serviceDay: '2026-11-25', trips: 1 })];
const passes = [
  {
    productNo: 1,
    nameVi: 'Vé',
    nameEn: 'Pass',
    sold: 2,
    revenue: 700,
    shares: [
      { agency: 'Transerco', amount: 300 },
      { agency: 'Thống Nhất', amount: 100 },
    ],
    unallocated: 300,
  },
];

it('sums by line, the most ridden first', () => {
  expect(sumByLine(lines).map(({ lineId, trips, paid }) => [lineId, trips, paid])).toEqual([
    ['32', 5, 15_000],
    ['2A', 3, 30_000],
  ]);
  expect(sumOf(lines)).toMatchObject({ trips: 8, asked: 60_000, beyondCaps: 12_000 });
});

it('sums by day, with the days on which nobody rode', () => {
  expect(sumByDay({ from: '2026-11-23', to: '2026-11-25', lines })).toEqual([
    { day: '2026-11-23', trips: 7, paid: 30_000 },
    { day: '2026-11-24', trips: 0, paid: 0 },
    { day: '2026-11-25', trips: 1, paid: 15_000 },
  ]);
});

it('gives each agency its fares and shares, and shows what nobody has earned', () => {
  expect(sumByAgency({ lines, passes })).toEqual([
    { agency: 'Hanoi Metro', trips: 3, paid: 30_000, shares: 0, earned: 30_000 },
    { agency: 'Thống Nhất', trips: 0, paid: 0, shares: 100, earned: 100 },
    { agency: 'Transerco', trips: 5, paid: 15_000, shares: 300, earned: 15_300 },
    { agency: null, trips: 0, paid: 0, shares: 300, earned: 300 },
  ]);
  expect(sumByAgency({ lines: [], passes: [] })).toEqual([]);
});
