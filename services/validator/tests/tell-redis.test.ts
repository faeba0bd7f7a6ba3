/** What own memory judged alone reaches Redis when it is back: live claims only, none over a later slot, none lost. */
import { silentLog } from '@vedong/runtime/log';
import { startTestRedis, type TestRedis } from '@vedong/testing/redis';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Claim } from '../src/replay/claim.ts';
import { createLocalGuard, type LocalGuard } from '../src/replay/local-guard.ts';
import { connectRedisGuard, type RedisGuard } from '../src/replay/redis-guard.ts';
import { startTelling } from '../src/replay/tell-redis.ts';
import { copyOf, newClaim } from './guard-claims.ts';
import { eventually } from './test-validator.ts';

const patience = { timeout: 30_000, interval: 50 };
let server: TestRedis;
let client: Redis;
let guard: RedisGuard;
let local: LocalGuard;
let telling: { stop: () => void };
let told: string[];
let now: number;

beforeEach(async () => {
  server = await startTestRedis();
  client = new Redis(server.url, { retryStrategy: () => 50 });
  client.on('error', () => {}); // it is stopped on purpose
  guard = await connectRedisGuard(server.url, 1000, silentLog);
  now = 0;
  told = [];
  local = createLocalGuard(() => now);
  telling = startTelling({ local, redis: guard, log: silentLog, onTold: (answer) => told.push(answer) });
});
afterEach(async () => {
  telling.stop();
  guard.close();
  client.disconnect();
  await server.remove();
});

/** Accepted by own memory while Redis gave no answer. */
const acceptAlone = (claim: Claim) => {
  expect(local.claim(claim)).toEqual({ answer: 'accepted' });
  local.learn(claim, { isTold: false });
  local.release(claim);
  return claim;
};
const keptOf = ({ card }: Claim) => client.get(`vd:{${card}}`);
const textOf = ({ slot, validator, tapId, atSeconds }: Claim) => `${slot} ${validator} ${tapId} ${atSeconds}`;
const allTold = (count: number) => eventually(() => told.length === count, 30);

it('tells every claim with the time it still counts, and its passage', async () => {
  const passage = { area: 'place/lang/entry', rule: { seconds: 300 } };
  await server.stop();
  const claims = Array.from({ length: 120 }, () => acceptAlone(newClaim({ passage })));
  now += 50;
  await server.start();
  await allTold(120);
  expect(told.every((answer) => answer === 'told')).toBe(true);
  for (const claim of claims) expect(await keptOf(claim)).toBe(textOf(claim));
  const [first] = claims;
  const ttl = await client.ttl(`vd:{${first!.card}}`);
  expect(ttl).toBeGreaterThan(30);
  expect(ttl).toBeLessThanOrEqual(70);
  expect(await guard.claim(copyOf(first!))).toMatchObject({
    answer: 'replayed',
    last: { tapId: first!.tapId },
  });
  const handedBack = { ...copyOf(first!), slot: first!.slot + 1 };
  expect(await guard.claim(handedBack)).toMatchObject({ answer: 'passback' });
});

it('tells again what Redis had been told, when it comes back empty, and not what has ended', async () => {
  const ended = newClaim();
  await guard.claim(ended);
  local.learn(ended);
  now += 120;
  const known = newClaim();
  await guard.claim(known);
  local.learn(known);
  await server.stop();
  await server.start();
  await allTold(1);
  expect(await keptOf(known)).toBe(textOf(known));
  expect(await keptOf(ended)).toBeNull();
});

it('never lowers a later slot, and counts a code that was used elsewhere too', async () => {
  await server.stop();
  const [plain, behind, copied] = [newClaim(), newClaim(), newClaim()].map(acceptAlone) as [
    Claim,
    Claim,
    Claim,
  ];
  await server.start();
  await expect.poll(() => client.ping().catch(() => ''), patience).toBe('PONG');
  await allTold(3);
  // The other validator was quicker with two of them.
  const later = { ...copyOf(behind), slot: behind.slot + 1 };
  const copy = copyOf(copied);
  await client.set(`vd:{${behind.card}}`, textOf(later));
  await client.set(`vd:{${copied.card}}`, textOf(copy));
  told.length = 0;
  local.markUntold();
  await allTold(3);
  expect(told).toEqual(['known', 'superseded', 'conflict']);
  expect(await keptOf(plain)).toBe(textOf(plain));
  expect(await keptOf(behind)).toBe(textOf(later));
  expect(await keptOf(copied)).toBe(textOf(copy));
});

it('keeps what Redis would not take, and tells it later', async () => {
  await client.config('SET', 'maxmemory', '1');
  const claim = acceptAlone(newClaim());
  // A claim of its own shows that telling has been tried in between.
  await expect(guard.claim(newClaim())).rejects.toThrow('OOM');
  expect(told).toEqual([]);
  await client.config('SET', 'maxmemory', '0');
  await allTold(1);
  expect(await keptOf(claim)).toBe(textOf(claim));
});

it('does not take an odd value in Redis for an answer', async () => {
  const claim = newClaim();
  await client.set(`vd:{${claim.card}}`, 'used');
  await expect(guard.tell({ claim, passage: undefined, secondsLeft: 60 })).rejects.toThrow('ODDCLAIM');
});
