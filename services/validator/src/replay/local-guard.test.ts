import { expect, it } from 'vitest';
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
