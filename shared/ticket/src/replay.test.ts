import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeReplay } from './replay.ts';

const last = { slot: 100, validator: 'v-1/2A-01-in', atSeconds: 1500 };

describe('the replay rule', () => {
  it('accepts a first claim and every later slot, anywhere', () => {
    expect(judgeReplay(undefined, last)).toBe('accepted');
    expect(judgeReplay(last, { ...last, slot: 101, validator: 'v-2/x' })).toBe('accepted');
  });

  it.each([
    [0, 'repeat'],
    [5, 'repeat'],
    [5.001, 'replayed'],
    [-1, 'repeat'],
    [-3600, 'replayed'],
  ])('answers the same slot at the same reading point %d s later with %s', (later, answer) => {
    expect(judgeReplay(last, { ...last, atSeconds: last.atSeconds + later })).toBe(answer);
  });

  it('refuses the same slot at the next gate of the same validator at once', () => {
    expect(judgeReplay(last, { ...last, validator: 'v-1/2A-02-in' })).toBe('replayed');
  });

  it('never accepts a slot that is not later', () => {
    const claims = fc.record({
      slot: fc.integer({ min: 0, max: 100 }),
      validator: fc.constantFrom(last.validator, 'v-2/x'),
      atSeconds: fc.integer(),
    });
    fc.assert(
      fc.property(claims, (claim) => {
        expect(judgeReplay(last, claim)).not.toBe('accepted');
      }),
    );
  });
});
