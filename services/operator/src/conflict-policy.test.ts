import { expect, it } from 'vitest';
import { consequenceOf, defaultPolicy, readThresholds } from './conflict-policy.ts';

it.each([
  ['record', {}],
  ['warn:1', { warn: 1 }],
  ['warn:0,block:12', { warn: 0, block: 12 }],
  ['block:2', { block: 2 }],
])('reads %s', (text, thresholds) => expect(readThresholds(text)).toEqual(thresholds));

it.each(['', 'block', 'block:0', 'block:1,warn:1', 'warn:1,', 'warn:1000', 'record,block:1', 'warn:-1'])(
  'takes no %j',
  (text) => expect(readThresholds(text)).toBeNull(),
);

it('takes the strongest consequence whose threshold is reached', () => {
  const thresholds = { ...defaultPolicy.thresholds, shared_card: { warn: 2, block: 3 } };
  const of = (grave: number) => consequenceOf({ ...defaultPolicy, thresholds }, 'shared_card', grave);
  expect([0, 1, 2, 3, 9].map(of)).toEqual(['record', 'record', 'warn', 'block', 'block']);
});

it('by default blocks a copy elsewhere and only warns of a second try', () => {
  expect([0, 1].map((grave) => consequenceOf(defaultPolicy, 'copy', grave))).toEqual(['warn', 'block']);
});
