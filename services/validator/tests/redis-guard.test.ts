/** The guard in Redis against the pure rule, and everything it must not take for an answer. */
import { silentLog } from '@vedong/runtime/log';
import { startTestRedis, type TestRedis } from '@vedong/testing/redis';
import { judgeReplay } from '@vedong/ticket';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { claimLifetimeSeconds, type Claim } from '../src/replay/claim.ts';
import { createLocalGuard } from '../src/replay/local-guard.ts';
import { connectRedisGuard, type RedisGuard } from '../src/replay/redis-guard.ts';

let server: TestRedis;
let redis: Redis;
let guard: RedisGuard;
let cards = 0;

// The budget is generous: these tests are about the rule, not about time.
const connect = () => connectRedisGuard(server.url, 1000, silentLog);
const newCard = () => `1.${(cards += 1).toString(16).padStart(16, '0')}`;
const newClaim = (change: Partial<Claim> = {}): Claim => ({
  card: newCard(),
  slot: 1000,
  validator: 'v-1/a',
  tapId: 'tap-1',
  atSeconds: 15_000,
  ...change,
});

beforeAll(async () => {
  server = await startTestRedis();
  redis = new Redis(server.url);
  guard = await connect();
});
afterAll(async () => {
  guard.close();
  redis.disconnect();
  await server.remove();
});

const showing = fc.record({
  slot: fc.integer({ min: 1000, max: 1003 }),
  validator: fc.constantFrom('v-1/a', 'v-1/b', 'v-2/a'),
  atSeconds: fc.integer({ min: 15_000_000, max: 15_012_000 }).map((milliseconds) => milliseconds / 1000),
});

it('answers like the pure rule and like own memory, whatever is shown in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(showing, { maxLength: 12 }), async (showings) => {
      const card = newCard();
      const own = createLocalGuard(() => 0);
      let last: Claim | undefined;
      for (const [index, shown] of showings.entries()) {
        const claim = { card, tapId: `tap-${index}`, ...shown };
        const answer = judgeReplay(last, claim);
        const expected = answer === 'accepted' ? { answer } : { answer, last };
        expect(await guard.claim(claim)).toEqual(expected);
        expect(own.claim(claim)).toEqual(expected);
        if (answer === 'accepted') last = claim;
      }
    }),
    { numRuns: 300 },
  );
});

it('knows a claim that is sent again by its tap', async () => {
  const claim = newClaim();
  expect(await guard.claim(claim)).toEqual({ answer: 'accepted' });
  expect(await guard.claim(claim)).toEqual({ answer: 'accepted' });
  expect(await guard.claim({ ...claim, tapId: 'tap-2', atSeconds: 16_000 })).toMatchObject({
    answer: 'replayed',
  });
});

it('keeps a claim under a key tagged by its card for exactly its lifetime', async () => {
  const claim = newClaim();
  await guard.claim(claim);
  expect(await redis.get(`vd:{${claim.card}}`)).toBe('1000 v-1/a tap-1 15000');
  const ttl = await redis.ttl(`vd:{${claim.card}}`);
  expect(ttl).toBeGreaterThan(claimLifetimeSeconds - 10);
  expect(ttl).toBeLessThanOrEqual(claimLifetimeSeconds);
});

it('takes one round trip for a claim', async () => {
  const callsOf = async () =>
    [...(await redis.info('commandstats')).matchAll(/cmdstat_(?:eval|evalsha):calls=(\d+)/g)].reduce(
      (sum, [, calls]) => sum + Number(calls),
      0,
    );
  const before = await callsOf();
  for (let index = 0; index < 10; index += 1) await guard.claim(newClaim());
  expect(await callsOf()).toBe(before + 10);
});

it('lets exactly one of many validators have a slot', async () => {
  const others = await Promise.all([connect(), connect(), connect()]);
  for (let round = 0; round < 200; round += 1) {
    const card = newCard();
    const answers = await Promise.all(
      [guard, ...others].map((one, index) =>
        one.claim(newClaim({ card, validator: `v-${index}/a`, tapId: `tap-${index}` })),
      ),
    );
    expect(answers.filter(({ answer }) => answer === 'accepted')).toHaveLength(1);
  }
  for (const other of others) other.close();
});

it.each([
  ['text of another form', (key: string) => redis.set(key, 'used')],
  ['a value of another kind', (key: string) => redis.hset(key, 'slot', '1')],
  ['an empty text', (key: string) => redis.set(key, '')],
])('never takes %s for "not used yet"', async (_what, spoil) => {
  const claim = newClaim();
  await spoil(`vd:{${claim.card}}`);
  await expect(guard.claim(claim)).rejects.toThrow(/ODDCLAIM|WRONGTYPE/);
  // Other cards are not affected: the breaker needs failures in a row.
  expect(await guard.claim(newClaim())).toEqual({ answer: 'accepted' });
});

it('takes a full or read-only Redis for a failure', async () => {
  await redis.config('SET', 'maxmemory', '1');
  await expect(guard.claim(newClaim())).rejects.toThrow(/OOM/);
  await redis.config('SET', 'maxmemory', '0');
  expect(await guard.claim(newClaim())).toEqual({ answer: 'accepted' });
  await redis.replicaof('127.0.0.1', '1');
  await expect(guard.claim(newClaim())).rejects.toThrow(/READONLY|MASTERDOWN/);
  await redis.replicaof('NO', 'ONE');
  expect(await guard.claim(newClaim())).toEqual({ answer: 'accepted' });
});

it('does not use a Redis that may forget claims, until it no longer may', async () => {
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  const wary = await connect();
  expect(wary.isUsed()).toBe(false);
  await expect(wary.claim(newClaim())).rejects.toThrow('not usable');
  await redis.config('SET', 'maxmemory-policy', 'noeviction');
  await expect.poll(() => wary.isUsed(), { timeout: 10_000 }).toBe(true);
  expect(await wary.claim(newClaim())).toEqual({ answer: 'accepted' });
  wary.close();
});

it('does not take a busy moment of its own for an outage of Redis', async () => {
  const hurried = await connectRedisGuard(server.url, 5, silentLog);
  await expect.poll(() => hurried.isUsed()).toBe(true);
  for (let round = 0; round < 3; round += 1) {
    const answer = hurried.claim(newClaim());
    const until = performance.now() + 300;
    while (performance.now() < until); // nothing is read meanwhile, and the budget is long over
    expect(await answer).toEqual({ answer: 'accepted' });
  }
  hurried.close();
});
