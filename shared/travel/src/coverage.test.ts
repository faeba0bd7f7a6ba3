import { expect, it } from 'vitest';
import { judgeCoverage } from './coverage.ts';

const bus32 = { mode: 'bus', lineScope: 32 } as const;
const products = new Map([
  [11, { productNo: 11, modes: ['bus'] }],
  [31, { productNo: 31, modes: ['metro'] }],
] as const);
const payAsYouGo = { product: 0, scope: 0, concession: 0 };

it('lets pay as you go through everywhere, for every known concession', () => {
  for (const concession of [0, 1, 2]) {
    expect(judgeCoverage({ ...payAsYouGo, concession }, bus32, products)).toBeNull();
  }
});

it('refuses a concession class nobody defined', () => {
  expect(judgeCoverage({ ...payAsYouGo, concession: 3 }, bus32, products)).toBe('not_covered');
});

it('refuses a product of another mode and one it does not know', () => {
  expect(judgeCoverage({ ...payAsYouGo, product: 11 }, bus32, products)).toBeNull();
  expect(judgeCoverage({ ...payAsYouGo, product: 31 }, bus32, products)).toBe('not_covered');
  expect(judgeCoverage({ ...payAsYouGo, product: 99 }, bus32, products)).toBe('not_covered');
});

it('holds a ticket to the line its scope names', () => {
  expect(judgeCoverage({ ...payAsYouGo, product: 11, scope: 32 }, bus32, products)).toBeNull();
  expect(judgeCoverage({ ...payAsYouGo, product: 11, scope: 1 }, bus32, products)).toBe('out_of_scope');
  expect(
    judgeCoverage({ ...payAsYouGo, product: 11, scope: 32 }, { mode: 'bus', lineScope: 0 }, products),
  ).toBe('out_of_scope');
});
