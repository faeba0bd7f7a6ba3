import { expect, it } from 'vitest';
import { instant, shortName, tap } from './common.ts';

const ticket = {
  profile: 'D',
  issuer: 1,
  keyNo: 1,
  cardRef: '00112233aabbccdd',
  serviceDay: '2026-11-23',
  slot: 119694694,
  concession: 0,
  product: 0,
  scope: 0,
};
const accepted = {
  tapId: '0193574e-1111-7000-8000-000000000001',
  gateId: '2A-01-in',
  at: '2026-11-23T08:14:00.000+07:00',
  outcome: 'accepted',
  guard: 'redis',
  marks: [],
  ticket,
};

it('takes an accepted tap and a refused one', () => {
  expect(tap.safeParse(accepted).success).toBe(true);
  expect(
    tap.safeParse({ ...accepted, outcome: 'rejected', reason: 'malformed', guard: 'none', ticket: undefined })
      .success,
  ).toBe(true);
});

it.each([
  ['a refusal without a reason', { outcome: 'rejected' }],
  ['an acceptance with a reason', { reason: 'stale' }],
  ['an acceptance without a ticket', { ticket: undefined }],
  ['a reason nobody defined', { outcome: 'rejected', reason: 'rainy' }],
  ['a number as a string', { ticket: { ...ticket, slot: '119694694' } }],
  ['a date before 1970', { at: '1969-12-31T23:59:59Z' }],
  ['a time without an offset', { at: '2026-11-23T08:14:00' }],
  ['a field nobody defined', { extra: 1 }],
  ['a service day that is no date', { ticket: { ...ticket, serviceDay: '2026-02-30' } }],
])('refuses %s', (_what, change) => {
  expect(tap.safeParse({ ...accepted, ...change }).success).toBe(false);
});

it('keeps control characters out of names and dates before 1970 out of times', () => {
  expect(shortName.safeParse('Thẻ của mẹ').success).toBe(true);
  expect(shortName.safeParse('a‮b').success).toBe(false);
  expect(shortName.safeParse('a\u0000b').success).toBe(false);
  expect(instant.safeParse('1969-01-01T00:00:00Z').success).toBe(false);
});
