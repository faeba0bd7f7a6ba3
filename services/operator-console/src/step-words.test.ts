import { expect, it } from 'vitest';
import { leftOff, rowOf, stepAmount, stepWords, unusedRows } from './step-words.ts';

const leg = {
  kind: 'leg',
  paidBy: 'own_product',
  fareProductId: 'metro-7km',
  amount: 14_000,
  rule: { file: 'fare_leg_rules.txt', line: 12 },
  others: [
    {
      row: { file: 'fare_products.txt', line: 9 },
      mismatches: [{ field: 'rider_category_id', wants: 'student', has: ['standard'] }],
    },
  ],
  othersLeftOff: 3,
};

it('names product, row and amount of a ride', () => {
  expect(stepWords(leg).en).toBe('Ride: product metro-7km');
  expect(rowOf(leg.rule)).toBe('fare_leg_rules.txt:12');
  expect(stepAmount(leg, { amount: 1, currency: 'VND' })?.en).toBe('14,000\u00a0₫');
});

it('says why other rows were not used', () => {
  expect(unusedRows(leg)).toEqual([
    {
      row: 'fare_products.txt:9',
      mismatches: [{ field: 'rider_category_id', wants: 'student', has: 'standard' }],
    },
  ]);
  expect(leftOff(leg)).toBe(3);
});

it('says why there is no price', () => {
  expect(stepWords({ kind: 'unknown', reason: 'no_rule' }).vi).toBe('Không có giá: không quy tắc nào khớp');
});

it.each([
  [{ kind: 'same_station', withinMinutes: 10 }, 'In and out at one place within 10 minutes'],
  [
    { kind: 'too_long', longestMinutes: 90 },
    'Longer than 90 minutes, the most for the line: the maximum fare',
  ],
  [{ kind: 'waived' }, 'Waived by staff'],
])('has words for %j', (step, words) => {
  expect(stepWords(step).en).toBe(words);
});

it('shows a kind it does not know by its name, and a step without rows', () => {
  expect(stepWords({ kind: 'surcharge' }).en).toBe('surcharge');
  expect([rowOf(null), unusedRows({}), stepAmount({}, null), leftOff({})]).toEqual([null, [], null, 0]);
});
