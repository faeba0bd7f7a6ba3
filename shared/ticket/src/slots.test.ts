import { expect, it } from 'vitest';
import { slotAt, slotLifetimeSeconds, slotStart } from './slots.ts';

it('a slot begins at its first second and ends before the next', () => {
  expect(slotAt(slotStart(120_000_000))).toBe(120_000_000);
  expect(slotAt(slotStart(120_000_000) + 14.999)).toBe(120_000_000);
  expect(slotAt(slotStart(120_000_000) - 1)).toBe(119_999_999);
});

it('a slot is taken for a minute in all: from a slot early to two slots late', () => {
  expect(slotLifetimeSeconds).toBe(60);
});
