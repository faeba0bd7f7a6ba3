import { describe, expect, it } from 'vitest';
import { normalisePhone } from './phone.ts';

describe('a phone number', () => {
  it.each([
    '0912345678',
    '0912 345 678',
    '0912.345.678',
    '(0912) 345-678',
    '+84 912 345 678',
    '+84 (0) 912-345-678',
    '84912345678',
    '0084912345678',
  ])('written as %s is one and the same', (text) => {
    expect(normalisePhone(text, 'VN')).toBe('+84912345678');
  });

  it.each([
    '0243825555',
    '02438255555',
    '0112345678',
    '09123456789',
    '0912345678 ext 3',
    '+14155552671',
    'abc',
    '',
  ])('%s is not supported', (text) => {
    expect(() => normalisePhone(text, 'VN')).toThrow('phone_not_supported');
  });

  it('is one of the country that is configured', () => {
    expect(normalisePhone('0151 12345678', 'DE')).toBe('+4915112345678');
    expect(() => normalisePhone('+84912345678', 'DE')).toThrow('phone_not_supported');
  });
});
