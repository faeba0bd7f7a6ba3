import { expect, it } from 'vitest';
import { continuedSecondsMost, mayContinue } from './continued-tap.ts';

const earlier = { slot: 100, atMilliseconds: 1_500_000 };
const later = (slot: number, seconds: number) => ({ slot, atMilliseconds: 1_500_000 + seconds * 1000 });

it.each([
  [101, continuedSecondsMost, true],
  // A gate's clock may have been put right by the stop.
  [101, -continuedSecondsMost, true],
  [101, continuedSecondsMost + 0.001, false],
  [101, -continuedSecondsMost - 0.001, false],
  [100, 1, false],
  [99, 1, false],
])('slot %i, %f s later: %s', (slot, seconds, answer) => {
  expect(mayContinue(earlier, later(slot, seconds))).toBe(answer);
});
