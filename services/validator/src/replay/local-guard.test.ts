import { describe, expect, it } from 'vitest';
import { claimLifetimeSeconds, type Claim } from './claim.ts';
import { createLocalGuard } from './local-guard.ts';

let now = 0;
const claim = (change: Partial<Claim> = {}): Claim => ({
  card: '1.00000000000000aa',
  slot: 1000,
  validator: 'v-1/a',
  tapId: 'tap-1',
  atSeconds: 15_000,
  ...change,
});
const elsewhere = (change: Partial<Claim> = {}) => claim({ validator: 'v-1/b', tapId: 'tap-2', ...change });

it('holds a claim against others from the first moment', () => {
  const guard = createLocalGuard(() => now);
  const first = claim();
  expect(guard.claim(first)).toEqual({ answer: 'accepted' });
  expect(guard.claim(elsewhere())).toEqual({ answer: 'replayed', last: first });
});

it('frees a slot whose claim came to nothing, and keeps the earlier ones used', () => {
  const guard = createLocalGuard(() => now);
  const used = claim({ slot: 999 });
  guard.learn(used);
  const failed = claim();
  guard.claim(failed);
  guard.release(failed);
  expect(guard.claim(elsewhere({ slot: 999 }))).toEqual({ answer: 'replayed', last: used });
  expect(guard.claim(elsewhere())).toEqual({ answer: 'accepted' });
});

it('does not let the end of an earlier claim free a later one', () => {
  const guard = createLocalGuard(() => now);
  const earlier = claim({ slot: 999 });
  const later = claim({ tapId: 'tap-9' });
  guard.claim(earlier);
  guard.claim(later);
  guard.release(earlier);
  expect(guard.claim(elsewhere())).toEqual({ answer: 'replayed', last: later });
});

it('keeps a tap under way while a later one of the same card comes to nothing', () => {
  const guard = createLocalGuard(() => now);
  const earlier = claim();
  const later = claim({ slot: 1001, tapId: 'tap-9' });
  guard.claim(earlier);
  guard.claim(later);
  guard.release(later);
  expect(guard.claim(elsewhere())).toEqual({ answer: 'replayed', last: earlier });
});

it('learns a code that is used, but never over a claim it knows', () => {
  const guard = createLocalGuard(() => now);
  const own = claim();
  guard.learn(own);
  guard.learnUsed(elsewhere());
  expect(guard.claim(claim({ tapId: 'tap-3' }))).toEqual({ answer: 'repeat', last: own });
  guard.learnUsed(elsewhere({ slot: 1001 }));
  expect(guard.claim(claim({ slot: 1001, tapId: 'tap-3' })).answer).toBe('replayed');
});

describe('anti-passback', () => {
  const passage = { area: 'place/lang/entry', rule: { seconds: 300 } };
  const first = claim({ passage });
  const again = (change: Partial<Claim> = {}) =>
    claim({ slot: 1001, tapId: 'tap-2', atSeconds: 15_020, passage, ...change });
  const refusal = {
    answer: 'passback',
    last: { validator: 'v-1/a', atSeconds: 15_000 },
  };

  it('refuses a card that comes back too soon, also while its first tap is under way', () => {
    const guard = createLocalGuard(() => now);
    guard.claim(first);
    expect(guard.claim(again())).toEqual(refusal);
    guard.learn(first);
    guard.release(first);
    expect(guard.claim(again({ slot: 1002 }))).toEqual(refusal);
  });

  it('remembers it for longer than the claim, and no longer than the rule needs', () => {
    const guard = createLocalGuard(() => now);
    guard.learn(first);
    now += 359;
    const refused = again();
    expect(guard.claim(refused)).toEqual(refusal);
    guard.release(refused);
    now += 1;
    expect(guard.claim(again({ slot: 1002 }))).toEqual({ answer: 'accepted' });
  });

  it('counts where the card was last, not a late word of where it was before', () => {
    const guard = createLocalGuard(() => now);
    const exit = claim({ slot: 1002, atSeconds: 15_030, passage: { ...passage, area: 'place/lang/exit' } });
    guard.learn(exit);
    guard.learn(first);
    expect(guard.claim(again({ slot: 1003 }))).toEqual({ answer: 'accepted' });
  });

  it('forgets the oldest rather than refuse riders', () => {
    const guard = createLocalGuard(() => now, 2);
    for (const card of ['1.a', '1.b', '1.c']) guard.learn(claim({ card, passage }));
    now += claimLifetimeSeconds;
    expect(guard.claim(again({ card: '1.b' })).answer).toBe('passback');
    expect(guard.claim(again({ card: '1.a' })).answer).toBe('accepted');
  });
});

it('gives what was not told once, the latest of a card, with the time it still counts', () => {
  const guard = createLocalGuard(() => now);
  guard.learn(claim({ card: '1.told' }));
  guard.learn(claim(), { isTold: false });
  now += 10;
  const later = claim({ slot: 1001, tapId: 'tap-2' });
  guard.learn(later, { isTold: false });
  expect(guard.takeUntold(10)).toEqual([
    { claim: later, passage: undefined, secondsLeft: claimLifetimeSeconds },
  ]);
  expect(guard.takeUntold(10)).toEqual([]);
  guard.markUntold();
  now += 20;
  expect(guard.takeUntold(1)).toMatchObject([{ claim: { card: '1.told' }, secondsLeft: 90 }]);
  now += claimLifetimeSeconds;
  expect(guard.takeUntold(1)).toEqual([]);
});

it('keeps the latest slot it learnt', () => {
  const guard = createLocalGuard(() => now);
  guard.learn(claim({ slot: 1001 }));
  guard.learn(claim({ slot: 1000 }));
  expect(guard.claim(elsewhere({ slot: 1001 })).answer).toBe('replayed');
});

it('forgets a claim at the end of its lifetime, not before', () => {
  const guard = createLocalGuard(() => now);
  guard.learn(claim());
  now += claimLifetimeSeconds - 1;
  expect(guard.claim(elsewhere()).answer).toBe('replayed');
  now += 1;
  expect(guard.claim(elsewhere()).answer).toBe('accepted');
});

it('refuses new cards rather than forget a live claim, and makes room as claims end', () => {
  const guard = createLocalGuard(() => now, 2);
  guard.learn(claim({ card: '1.a' }));
  guard.learn(claim({ card: '1.b' }));
  expect(() => guard.claim(claim({ card: '1.c' }))).toThrow('overloaded');
  expect(guard.claim(elsewhere({ card: '1.a' })).answer).toBe('replayed');
  now += claimLifetimeSeconds;
  expect(guard.claim(claim({ card: '1.c' })).answer).toBe('accepted');
});
