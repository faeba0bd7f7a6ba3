import { expect, it } from 'vitest';
import { fareWords, tripFareWords } from './fare-words.ts';

it('writes whole dong and other currencies’ smallest units', () => {
  expect(fareWords({ amount: 8000, currency: 'VND' })).toEqual({ vi: '8.000\u00a0đ', en: '8,000\u00a0₫' });
  expect(fareWords({ amount: 250, currency: 'EUR' }).en).toBe('2.50\u00a0€');
});

it('tells a free ride from one that has no price yet', () => {
  expect(fareWords({ amount: 0, currency: 'VND' }).en).toBe('0\u00a0₫');
  expect(fareWords(null)).toEqual({ vi: 'chưa tính giá', en: 'not priced yet' });
});

it('adds why a fare is not simply what the tariff asks', () => {
  const words = (amount: number | null, basis: 'tariff' | 'incomplete' | 'free_day' | 'unknown') =>
    tripFareWords({
      fare: amount === null ? null : { amount, currency: 'VND' },
      pricing: { tariffId: 't', basis, faceValue: null, steps: [] },
    }).en;
  expect([
    words(8000, 'tariff'),
    words(20_000, 'incomplete'),
    words(0, 'free_day'),
    words(null, 'unknown'),
  ]).toEqual(['8,000\u00a0₫', '20,000\u00a0₫ (maximum)', '0\u00a0₫ (free day)', 'no fare known']);
  expect(tripFareWords({ fare: null, pricing: null }).en).toBe('not priced yet');
});
