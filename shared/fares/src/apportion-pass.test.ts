import fc from 'fast-check';
import { expect, it } from 'vitest';
import { apportionPass, type PassUse } from './apportion-pass.ts';
import type { ApportionmentWeight } from './fare-extension.ts';

const vnd = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'VND' });

const weights: ApportionmentWeight[] = [
  { mode: 'metro', openingPrice: vnd(8_000), perKmPrice: vnd(850) },
  { mode: 'bus', openingPrice: vnd(3_000), perKmPrice: vnd(450) },
];
const metro: PassUse = { agency: 'metro', mode: 'metro', trips: 20, distanceMetres: 150_000 };
const bus: PassUse = { agency: 'bus', mode: 'bus', trips: 30, distanceMetres: 210_000 };

it('divides by opening price x trips + price per km x km', () => {
  const pass = { price: vnd(500_000), soleAgency: null, uses: [metro, bus], weights };
  expect(apportionPass(pass)).toEqual({
    shares: [
      { agency: 'bus', share: vnd(195_445) },
      { agency: 'metro', share: vnd(304_555) },
    ],
    unallocated: vnd(0),
  });
});

it('adds up what one agency runs by several modes', () => {
  const uses = [metro, bus].map((use) => ({ ...use, agency: 'both' }));
  const pass = { price: vnd(500_000), soleAgency: null, uses: [...uses, bus], weights };
  expect(apportionPass(pass).shares.map(({ share }) => share.amount)).toEqual([359_482, 140_518]);
});

it('gives a pass for one agency to it whole, ridden or not', () => {
  const pass = { price: vnd(280_000), soleAgency: 'metro', uses: [], weights };
  expect(apportionPass(pass)).toEqual({
    shares: [{ agency: 'metro', share: vnd(280_000) }],
    unallocated: vnd(0),
  });
});

it('leaves the price of a shared pass without trips unallocated', () => {
  const none = { ...metro, trips: 0, distanceMetres: 0 };
  expect(apportionPass({ price: vnd(500_000), soleAgency: null, uses: [none], weights })).toEqual({
    shares: [],
    unallocated: vnd(500_000),
  });
});

it('gives what rounding leaves to the largest remainders, among equals by name', () => {
  const uses = ['c', 'a', 'b'].map((agency) => ({ ...bus, agency }));
  const shares = apportionPass({ price: vnd(50_000), soleAgency: null, uses, weights }).shares;
  expect(shares).toEqual([
    { agency: 'a', share: vnd(16_667) },
    { agency: 'b', share: vnd(16_667) },
    { agency: 'c', share: vnd(16_666) },
  ]);
});

it.each([
  ['a fraction of a trip', { uses: [{ ...bus, trips: 0.5 }] }],
  ['a negative distance', { uses: [{ ...bus, distanceMetres: -1 }] }],
  ['a negative price', { price: vnd(-1) }],
  ['a mode without weight', { weights: [] }],
  ['weights in another currency', { price: { amount: 5, currency: 'USD' } }],
])('refuses %s', (_name, changes) => {
  const pass = { price: vnd(1_000), soleAgency: null, uses: [bus], weights };
  expect(() => apportionPass({ ...pass, ...changes })).toThrow(RangeError);
});

it('adds up to the price, is within one unit of the exact share, and does not depend on the order', () => {
  const use = fc.record({
    agency: fc.constantFrom('a', 'b', 'c', 'd'),
    mode: fc.constantFrom('metro' as const, 'bus' as const),
    trips: fc.nat(1_000_000),
    distanceMetres: fc.nat(1_000_000_000),
  });
  const price = fc.nat(100_000_000_000).map(vnd);
  fc.assert(
    fc.property(price, fc.array(use, { maxLength: 8 }), (price, uses) => {
      const { shares, unallocated } = apportionPass({ price, soleAgency: null, uses, weights });
      const sum = shares.reduce((sum, { share }) => sum + share.amount, unallocated.amount);
      expect(sum).toBe(price.amount);
      const weightOf = (of: readonly PassUse[]): number =>
        of.reduce((sum, { mode, trips, distanceMetres }) => {
          const [opening, perKm] = mode === 'metro' ? [8_000, 850] : [3_000, 450];
          return sum + opening * trips + (perKm * distanceMetres) / 1000;
        }, 0);
      for (const { agency, share } of shares) {
        const own = weightOf(uses.filter((use) => use.agency === agency));
        const exact = (price.amount * own) / weightOf(uses);
        expect(Math.abs(share.amount - exact)).toBeLessThan(1.001);
      }
      const reversed = apportionPass({ price, soleAgency: null, uses: uses.toReversed(), weights });
      expect(reversed).toEqual({ shares, unallocated });
    }),
    { numRuns: 2_000 },
  );
});
