import { expect, it } from 'vitest';
import type { Claim } from './claim.ts';
import { createPassages } from './passages.ts';

const claim = (card: string, slot: number): Claim => ({
  card,
  slot,
  validator: 'v-1/g-1',
  tapId: `${card} ${slot}`,
  atSeconds: slot * 15,
  passage: { area: 'g-1', rule: { seconds: 60 } },
});

it('with no room forgets the card that passed longest ago, not the one that passed first', () => {
  const passages = createPassages(() => 0, 2);
  passages.learn(claim('1.a', 1));
  passages.learn(claim('1.b', 2));
  passages.learn(claim('1.a', 10));
  passages.learn(claim('1.c', 11));
  expect(passages.find('1.a')).toBeDefined();
  expect(passages.find('1.b')).toBeUndefined();
  expect(passages.find('1.c')).toBeDefined();
});

it('makes room of what has ended first', () => {
  let now = 0;
  const passages = createPassages(() => now, 2);
  passages.learn(claim('1.a', 1));
  now = 100;
  passages.learn(claim('1.b', 2));
  now = 130;
  passages.learn(claim('1.c', 3));
  expect(passages.find('1.a')).toBeUndefined();
  expect(passages.find('1.b')).toBeDefined();
  expect(passages.find('1.c')).toBeDefined();
});
