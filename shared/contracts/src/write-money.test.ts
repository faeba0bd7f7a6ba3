import { expect, it } from 'vitest';
import { writeMoney } from './write-money.ts';

const dong = (amount: number) => ({ amount, currency: 'VND' });

it('writes the sign after the number, in the digits of the language', () => {
  expect(writeMoney(dong(50_000), { language: 'vi' })).toBe('50.000\u00a0đ');
  expect(writeMoney(dong(50_000), { language: 'en' })).toBe('50,000\u00a0₫');
  expect(writeMoney({ amount: 250, currency: 'EUR' }, { language: 'en' })).toBe('2.50\u00a0€');
});

it('writes a plus only where it is asked for, and a minus always', () => {
  expect(writeMoney(dong(8000), { language: 'en', signDisplay: 'exceptZero' })).toBe('+8,000\u00a0₫');
  expect(writeMoney(dong(0), { language: 'en', signDisplay: 'exceptZero' })).toBe('0\u00a0₫');
  expect(writeMoney(dong(-8000), { language: 'vi' })).toMatch(/^[-−]8\.000\u00a0đ$/);
});
