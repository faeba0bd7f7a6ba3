import { expect, it } from 'vitest';
import { findReference, newReference } from './reference.ts';

it('is new each time, of capital letters and digits, and fits where banks and VNPay take it', () => {
  const references = Array.from({ length: 1000 }, newReference);
  for (const reference of references) expect(reference).toMatch(/^VD[0-9A-HJKMNP-TV-Z]{12}$/);
  expect(new Set(references).size).toBe(1000);
});

it.each([
  ['VD0123456789AB', 'VD0123456789AB'],
  ['vd0123456789ab', 'VD0123456789AB'],
  ['MBVCB.77.VD0123456789AB.CT tu 0987', 'VD0123456789AB'],
  ['VD0123456789AB VD0123456789AB', 'VD0123456789AB'],
  ['VD0123456789AB VD0123456789AC', undefined],
  ['VD0123456789A', undefined],
  ['VD0123456789ABC', undefined],
  ['XVD0123456789AB', undefined],
  ['VD0123456789AI', undefined],
  ['', undefined],
])('in %j is %s', (text, reference) => {
  expect(findReference(text)).toBe(reference);
});
