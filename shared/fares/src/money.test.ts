import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findDecimals, formatAmount, parseAmount } from './money.ts';

it('knows the decimals of ISO 4217', () => {
  expect(['VND', 'JPY', 'CAD', 'KWD', 'CLF', 'XXX', 'vnd'].map(findDecimals)).toEqual([
    0,
    0,
    2,
    3,
    4,
    undefined,
    undefined,
  ]);
});

it('reads amounts exactly, also those that floats would miss', () => {
  expect(parseAmount('0.29', 2)).toBe(29);
  expect(parseAmount('4.35', 2)).toBe(435);
  expect(parseAmount('-3000', 0)).toBe(-3000);
  expect(parseAmount('2', 2)).toBe(200);
  expect(Object.is(parseAmount('-0.00', 2), 0)).toBe(true);
});

it('refuses what is no exact amount of the currency', () => {
  expect(parseAmount('8000.5', 0)).toBe('too_precise');
  expect(parseAmount('8000.0', 0)).toBe('too_precise');
  expect(parseAmount('1000000000.01', 2)).toBe('too_large');
  expect(parseAmount('9'.repeat(400), 0)).toBe('too_large');
  for (const text of ['', ' 1', '1,5', '1e3', '+1', '.5', '5.', '0x1', '--1', '١'])
    expect(parseAmount(text, 2)).toBe('not_a_decimal');
});

it('writes what it reads, digit by digit', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -(10 ** 11), max: 10 ** 11 }),
      fc.constantFrom('VND', 'EUR', 'KWD', 'CLF'),
      (amount, currency) => {
        const text = formatAmount({ amount, currency });
        expect(parseAmount(text, findDecimals(currency)!)).toBe(amount);
      },
    ),
  );
  expect(formatAmount({ amount: 5, currency: 'KWD' })).toBe('0.005');
  expect(formatAmount({ amount: -145, currency: 'CAD' })).toBe('-1.45');
});

it('does not write what is no amount', () => {
  expect(() => formatAmount({ amount: 0.5, currency: 'VND' })).toThrow(RangeError);
  expect(() => formatAmount({ amount: 1, currency: 'XXX' })).toThrow(RangeError);
});
