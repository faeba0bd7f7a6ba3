import { expect, it } from 'vitest';
import { fareWords } from './fare-words.ts';

it('writes whole dong and other currencies’ smallest units', () => {
  expect(fareWords({ amount: 8000, currency: 'VND' })).toEqual({ vi: '8.000\u00a0₫', en: '₫8,000' });
  expect(fareWords({ amount: 250, currency: 'EUR' }).en).toBe('€2.50');
});

it('tells a free ride from one that has no price yet', () => {
  expect(fareWords({ amount: 0, currency: 'VND' }).en).toBe('₫0');
  expect(fareWords(null)).toEqual({ vi: 'chưa tính giá', en: 'not priced yet' });
});
