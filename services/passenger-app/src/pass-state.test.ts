import { expect, test } from 'vitest';
import { findPassInUse, passStateAt } from './pass-state.ts';

const startsAt = '2026-11-23T03:00:00+07:00';
const endsAt = '2026-12-23T03:00:00+07:00';
const start = Date.parse(startsAt) / 1000;
const end = Date.parse(endsAt) / 1000;
const month = { startsAt, endsAt };
const unused = { startsAt: null, endsAt: null };

test('a pass counts from its first second to the one before its end', () => {
  expect([start - 1, start, end - 1, end].map((now) => passStateAt(month, now))).toEqual([
    'upcoming',
    'active',
    'active',
    'ended',
  ]);
  expect(passStateAt(unused, start)).toBe('waiting');
});

test('a running pass goes before one that waits for its first use, which goes before none', () => {
  expect(findPassInUse([unused, month], start)).toBe(month);
  expect(findPassInUse([unused, month], end)).toBe(unused);
  expect(findPassInUse([month], end)).toBeUndefined();
});
