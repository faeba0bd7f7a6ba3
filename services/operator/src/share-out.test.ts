import type { LegStep, Miss } from '@vedong/fares';
import { expect, it } from 'vitest';
import { shareOut, unknownShare } from './share-out.ts';

const row = { file: 'fare_leg_rules.txt', line: 2 };
const miss = (text: string): Miss => ({
  row,
  mismatches: [{ field: 'from_area_id', wants: text, has: [text] }],
});
const leg = (legs: number[], amount: number, others: Miss[] = []): LegStep => ({
  kind: 'leg',
  legs,
  joinedBy: [],
  rule: row,
  legGroupId: null,
  fareProductId: 'p',
  productRow: row,
  productAmount: amount,
  paidBy: 'own_product',
  amount,
  others,
});
const vnd = (amount: number) => ({ amount, currency: 'VND' });

it('lets the first of joined trips bear what the leg costs, and tells each of them of it', () => {
  const shares = shareOut({ legs: [0, 1], price: { total: vnd(900), steps: [leg([0, 1], 900)] } }, [
    'a',
    'b',
  ]);
  expect(shares?.get('a')).toMatchObject({ amount: vnd(900), steps: [{ tripIds: ['a', 'b'], amount: 900 }] });
  expect(shares?.get('b')).toMatchObject({ amount: vnd(0), steps: [{ tripIds: ['a', 'b'], amount: 0 }] });
});

it('shares nothing out of a part that costs less than nothing', () => {
  expect(shareOut({ legs: [0], price: { total: vnd(-1), steps: [leg([0], -1)] } }, ['a'])).toBeNull();
});

it('shares out a later part among its own trips, and tells the first why nothing leads to it', () => {
  const steps = [
    { kind: 'separate' as const, amount: 0 as const, others: [] },
    leg([1], 700),
    leg([2], -200),
  ];
  const shares = shareOut({ legs: [1, 2], price: { total: vnd(500), steps } }, ['a', 'b', 'c']);
  expect([...(shares ?? [])].map(([tripId, { amount }]) => [tripId, amount])).toEqual([
    ['b', vnd(500)],
    ['c', vnd(0)],
  ]);
  expect(shares?.get('b')?.steps).toMatchObject([
    { kind: 'separate', tripIds: ['a', 'b'] },
    { kind: 'leg', tripIds: ['b'] },
    { kind: 'carried_back', tripIds: ['b', 'c'], amount: -200 },
  ]);
});

it('keeps few of the rows that were not used, and none where they are long, counting the rest', () => {
  const many = Array.from({ length: 9 }, () => miss('x'));
  const short = shareOut({ legs: [0], price: { total: vnd(1), steps: [leg([0], 1, many)] } }, ['a']);
  expect(short?.get('a')?.steps[0]).toMatchObject({ othersLeftOff: 4 });
  expect(short?.get('a')?.steps[0]?.['others']).toHaveLength(5);
  const others = Array.from({ length: 9 }, () => miss('x'.repeat(1000)));
  const long = unknownShare([{ kind: 'unknown', legs: [0], reason: 'no_rule', others }]);
  expect(long).toEqual({
    amount: null,
    steps: [{ kind: 'unknown', reason: 'no_rule', others: [], othersLeftOff: 9 }],
  });
});
