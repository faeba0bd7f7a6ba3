/** The guard in Redis against the pure rule, and everything it must not take for an answer. */
import { silentLog } from '@vedong/runtime/log';
import { startTestRedis, type TestRedis } from '@vedong/testing/redis';
import { judgeReplay } from '@vedong/ticket';
import { judgePassback, type Passage } from '@vedong/travel';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { claimLifetimeSeconds, type Claim, type ClaimAnswer } from '../src/replay/claim.ts';
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

const passage: fc.Arbitrary<NonNullable<Claim['passage']>> = fc.record({
  area: fc.constantFrom('place/lang/entry', 'place/lang/exit'),
  rule: fc.constantFrom(
    { seconds: 0 },
    { seconds: 6 },
    { seconds: 10, group: { seconds: 5, persons: 2 } },
    { seconds: 10, group: { seconds: 30, persons: 3 } },
  ),
});
const showing = fc.record({
  slot: fc.integer({ min: 1000, max: 1006 }),
  validator: fc.constantFrom('v-1/a', 'v-1/b', 'v-2/a'),
  atSeconds: fc.integer({ min: 15_000_000, max: 15_020_000 }).map((milliseconds) => milliseconds / 1000),
  passage,
  tries: fc.constantFrom({}, {}, { isSecondTry: true as const }),
});

interface PureMemory {
  last?: Claim;
  passed?: Passage & { validator: string };
}

/** The two pure rules, one after the other, as FORMAT.md and @vedong/travel say. */
function judgePurely(memory: PureMemory, claim: Claim): ClaimAnswer {
  const answer = judgeReplay(memory.last, claim);
  if (answer !== 'accepted') return { answer, last: memory.last! };
  const { rule, area } = claim.passage!;
  const isSamePerson = claim.isSecondTry === true && memory.passed?.validator === claim.validator;
  const judged = judgePassback(memory.passed, { area, rule, atSeconds: claim.atSeconds, isSamePerson });
  if (judged.answer === 'passback') {
    const { validator, atSeconds } = memory.passed!;
    return { answer: 'passback', last: { validator, atSeconds } };
  }
  memory.last = claim;
  if (rule.seconds === 0) delete memory.passed;
  else memory.passed = { ...judged.passage, validator: claim.validator };
  return { answer };
}

/** Redis keeps passages apart from claims. */
function asRedisSays(answer: ClaimAnswer): ClaimAnswer {
  if (answer.answer === 'accepted' || answer.answer === 'passback') return answer;
  const { passage: _, isSecondTry: __, ...last } = answer.last;
  return { ...answer, last };
}

it('answers like the pure rule and like own memory, whatever is shown in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(showing, { maxLength: 14 }), async (showings) => {
      const card = newCard();
      const own = createLocalGuard(() => 0);
      const memory: PureMemory = {};
      for (const [index, { tries, ...shown }] of showings.entries()) {
        const claim = { card, tapId: `tap-${index}`, ...shown, ...tries };
        const expected = judgePurely(memory, claim);
        expect(await guard.claim(claim)).toEqual(asRedisSays(expected));
        expect(own.claim(claim)).toEqual(expected);
        if (expected.answer === 'accepted') own.learn(claim);
        own.release(claim);
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

it('keeps a passage apart from the claim, under the same tag, a minute longer than its rule', async () => {
  const passage = { area: 'place/lang/entry', rule: { seconds: 100, group: { seconds: 30, persons: 2 } } };
  const claim = newClaim({ passage });
  await guard.claim(claim);
  await guard.claim({ ...claim, slot: 1001, tapId: 'tap-2', validator: 'v-2/b', atSeconds: 15_010.5 });
  expect(await redis.get(`vp:{${claim.card}}`)).toBe('place/lang/entry v-2/b 15000 15010.5 2');
  expect(await redis.ttl(`vp:{${claim.card}}`)).toBeGreaterThan(150);
});

it('remembers nothing of a claim that anti-passback refused', async () => {
  const first = newClaim({ passage: { area: 'place/lang/entry', rule: { seconds: 100 } } });
  const again = { ...first, slot: 1001, tapId: 'tap-2', atSeconds: 15_020 };
  await guard.claim(first);
  expect(await guard.claim(again)).toEqual({
    answer: 'passback',
    last: { validator: 'v-1/a', atSeconds: 15_000 },
  });
  expect(await redis.get(`vd:{${first.card}}`)).toBe('1000 v-1/a tap-1 15000');
  // The same code is still good where it is no passback.
  const elsewhere = { area: 'place/lang/exit', rule: { seconds: 100 } };
  expect(await guard.claim({ ...again, tapId: 'tap-3', passage: elsewhere })).toEqual({ answer: 'accepted' });
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
  const passing = newClaim({ passage: { area: 'place/lang/entry', rule: { seconds: 100 } } });
  await spoil(`vp:{${passing.card}}`);
  await expect(guard.claim(passing)).rejects.toThrow(/ODDPASSAGE|WRONGTYPE/);
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
