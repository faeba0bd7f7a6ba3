import { expect, it } from 'vitest';
import { challengeLifetimeSeconds, createChallenges } from './challenges.ts';

function setUp() {
  const time = { now: 100 };
  let made = 0;
  const challenges = createChallenges(
    () => time.now,
    () => String((made += 1)).padStart(16, '0'),
  );
  return { time, challenges };
}

it('gives a new challenge for each use and each second, and the same within one', () => {
  const { time, challenges } = setUp();
  const first = challenges.display('g');
  expect(challenges.display('g')).toBe(first);
  expect(challenges.answer('g', first, 'card 1')).toBe(true);
  const second = challenges.display('g');
  expect(second).not.toBe(first);
  time.now += 1;
  expect(challenges.display('g')).not.toBe(second);
});

it('is answered by one use, which may be read twice', () => {
  const { challenges } = setUp();
  const challenge = challenges.display('g');
  expect(challenges.expect('g', challenge)).toBe(challenge);
  expect(challenges.answer('g', challenge, 'card 1')).toBe(true);
  expect(challenges.answer('g', challenge, 'card 1')).toBe(true);
  expect(challenges.answer('g', challenge, 'card 2')).toBe(false);
});

it('is unknown at another gate, when it was never displayed, and after its life', () => {
  const { time, challenges } = setUp();
  const challenge = challenges.display('g');
  expect(challenges.expect('h', challenge)).toBe('none');
  expect(challenges.expect('g', null)).toBe('none');
  expect(challenges.answer('g', null, 'card 1')).toBe(false);
  time.now += challengeLifetimeSeconds;
  expect(challenges.expect('g', challenge)).toBe('none');
  expect(challenges.answer('g', challenge, 'card 1')).toBe(false);
});
