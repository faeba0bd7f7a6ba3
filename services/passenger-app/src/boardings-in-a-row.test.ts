import { expect, it } from 'vitest';
import { boardingsInARow } from './boardings-in-a-row.ts';

const boarding = (tripId: string, second: number, change: object = {}) => ({
  tripId,
  mode: 'bus' as const,
  lineName: '32',
  entry: {
    gateId: 'bus-32-01',
    nameVi: 'Giáp Bát',
    nameEn: 'Giap Bat',
    at: new Date(Date.parse('2026-11-26T01:00:00Z') + second * 1000).toISOString(),
  },
  ...change,
});

it('counts who boarded one bus with one card, the first as 1', () => {
  const found = boardingsInARow([boarding('c', 75), boarding('b', 15), boarding('a', 0)]);
  expect([...found]).toEqual([
    ['a', { number: 1, of: 3 }],
    ['b', { number: 2, of: 3 }],
    ['c', { number: 3, of: 3 }],
  ]);
});

it.each([
  ['more than a minute later', boarding('b', 61)],
  ['at another reader', boarding('b', 15, { entry: { ...boarding('b', 15).entry, gateId: 'bus-32-02' } })],
  ['by metro', boarding('b', 15, { mode: 'metro' })],
  ['where nobody knows', boarding('b', 15, { entry: null })],
])('does not count one %s', (_what, other) => {
  expect(boardingsInARow([other, boarding('a', 0)]).size).toBe(0);
});
