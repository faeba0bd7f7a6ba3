import { expect, it } from 'vitest';
import { ago, cityClock, cityDate } from './city-time.ts';

it('shows the clock and the date of the city', () => {
  expect(cityClock('2026-11-23T18:14:05Z')).toBe('01:14:05');
  expect(cityDate('2026-11-23T18:14:05Z')).toBe('24/11');
});

it.each([
  [0, '0 seconds ago'],
  [59, '59 seconds ago'],
  [60, '1 minute ago'],
  [7199, '1 hour ago'],
  [200_000, '2 days ago'],
  [-5, '0 seconds ago'],
])('says how long ago %s seconds are', (seconds, words) => {
  const at = '2026-11-23T01:14:05Z';
  expect(ago(at, Date.parse(at) + seconds * 1000, 'en')).toBe(words);
});
