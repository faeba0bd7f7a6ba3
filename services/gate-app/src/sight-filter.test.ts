import { beforeEach, expect, it } from 'vitest';
import { createSightFilter, type SightFilter } from './sight-filter.ts';

const card = (letter: string) => `VD1:${letter.repeat(33)}`;
const first = `${card('A')}SLOT-1`;
const next = `${card('A')}SLOT-2`;
const anotherRider = `${card('B')}SLOT-1`;
let filter: SightFilter;

beforeEach(() => {
  filter = createSightFilter();
});

it('takes a code once while it stays in view', () => {
  expect(filter.isTap(first, 0)).toBe(true);
  for (let now = 125; now < 20_000; now += 125) expect(filter.isTap(first, now)).toBe(false);
});

it('takes it again after it was gone', () => {
  filter.isTap(first, 0);
  expect(filter.isTap(first, 2999)).toBe(false);
  expect(filter.isTap(first, 5999)).toBe(true);
});

it('does not charge twice a phone that lingers until its code changes', () => {
  filter.isTap(first, 0);
  filter.accepted(first);
  expect(filter.isTap(next, 1000)).toBe(false);
  expect(filter.isTap(next, 3900)).toBe(false);
  expect(filter.isTap(next, 7000)).toBe(true);
});

it('tries the next code of a card that was refused', () => {
  filter.isTap(first, 0);
  expect(filter.isTap(next, 1000)).toBe(true);
});

it('takes the next rider at once', () => {
  filter.isTap(first, 0);
  filter.accepted(first);
  expect(filter.isTap(anotherRider, 125)).toBe(true);
});

it('tries a code again that got no answer, but only that one', () => {
  filter.isTap(first, 0);
  filter.forget(first);
  expect(filter.isTap(first, 125)).toBe(true);
  filter.forget(anotherRider);
  expect(filter.isTap(first, 250)).toBe(false);
});
