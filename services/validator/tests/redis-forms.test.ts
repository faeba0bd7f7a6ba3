/** The guard on a Sentinel set and on a cluster, as they are and through a failover, and claims that replicas hold. */
import { silentLog } from '@vedong/runtime/log';
import {
  ask,
  startTestCluster,
  startTestPair,
  startTestSentinels,
  type GroupServer,
  type TestCluster,
  type TestSentinels,
} from '@vedong/testing/redis-groups';
import { startTcpProxy } from '@vedong/testing/tcp-proxy';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Claim } from '../src/replay/claim.ts';
import { connectRedisGuard, type RedisGuard } from '../src/replay/redis-guard.ts';
import { copyOf, newClaim } from './guard-claims.ts';

// Generous: these tests are about who answers, not about time. Below two connection timeouts of a second, as half of it is spent in WAIT.
const budgetMilliseconds = 1200;
const patience = { timeout: 30_000, interval: 100 };
const guards: RedisGuard[] = [];

async function connect(url: string, replicas = 0): Promise<RedisGuard> {
  const guard = await connectRedisGuard(url, budgetMilliseconds, silentLog, replicas);
  guards.push(guard);
  await expect.poll(() => guard.isUsed(), patience).toBe(true);
  return guard;
}
afterEach(() => {
  for (const guard of guards.splice(0)) guard.close();
});

const claimsAt = (url: string): Promise<number> =>
  ask(url, async (redis) =>
    [...(await redis.info('commandstats')).matchAll(/cmdstat_(?:eval|evalsha):calls=(\d+)/g)].reduce(
      (sum, [, calls]) => sum + Number(calls),
      0,
    ),
  );
const sum = (numbers: number[]): number => numbers.reduce((one, other) => one + other, 0);
const claimsOf = async (servers: GroupServer[]) =>
  sum(await Promise.all(servers.map(({ url }) => claimsAt(url))));

/** Claims of many cards, of which each must be accepted once and its copy refused. */
async function expectRule(guard: RedisGuard, claims: Claim[]): Promise<void> {
  for (const claim of claims) {
    expect(await guard.claim(claim)).toEqual({ answer: 'accepted' });
    expect(await guard.claim(copyOf(claim))).toMatchObject({ answer: 'replayed' });
  }
}

const manyClaims = (count: number) => Array.from({ length: count }, () => newClaim());

describe('Sentinels', () => {
  let group: TestSentinels;
  beforeAll(async () => {
    group = await startTestSentinels();
  });
  afterAll(() => group.remove());

  it('follows the primary that they name, one round trip for each claim, through a failover', async () => {
    const guard = await connect(group.url);
    const before = await claimsAt(group.primary.url);
    await expectRule(guard, manyClaims(20));
    expect(await claimsAt(group.primary.url)).toBe(before + 40);
    const kept = newClaim();
    await guard.claim(kept);
    await expect
      .poll(() => ask(group.replica.url, (redis) => redis.exists(`vd:{${kept.card}}`)), patience)
      .toBe(1);

    await group.primary.kill('SIGKILL');
    await expect.poll(() => guard.isUsed(), patience).toBe(false);
    await expect.poll(() => guard.isUsed(), patience).toBe(true);
    expect(await guard.claim(copyOf(kept))).toMatchObject({
      answer: 'replayed',
      last: { tapId: kept.tapId },
    });
    await expectRule(guard, manyClaims(5));
  });
});

describe('a cluster', () => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startTestCluster();
  });
  afterAll(() => cluster.remove());

  it('spreads cards over its primaries, one round trip for each claim', async () => {
    const guard = await connect(cluster.url);
    const before = await claimsOf(cluster.primaries);
    const passage = { area: 'place/lang/entry', rule: { seconds: 100 } };
    await expectRule(
      guard,
      Array.from({ length: 30 }, () => newClaim({ passage })),
    );
    expect(await claimsOf(cluster.primaries)).toBe(before + 60);
    for (const { url } of cluster.primaries) expect(await claimsAt(url)).toBeGreaterThan(0);
  });

  it('counts a claim that a replica holds, through the failover of a primary too', async () => {
    const guard = await connect(cluster.url, 1);
    const claims = manyClaims(30);
    await expectRule(guard, claims);
    await cluster.primaries[0]!.kill('SIGKILL');
    // Each card again, until the node of every one answers: none is forgotten.
    for (const claim of claims) {
      await expect
        .poll(() => guard.claim(copyOf(claim)).catch(() => null), patience)
        .toMatchObject({ answer: 'replayed', last: { tapId: claim.tapId } });
    }
    // The killed primary's replica is a primary without a replica now: claims there are made and not held.
    const isHeld = new Set<boolean>();
    for (const claim of manyClaims(30)) isHeld.add(!('isUnreplicated' in (await guard.claim(claim))));
    expect(isHeld).toEqual(new Set([true, false]));
  });

  it('does not use a cluster of which one node may forget', async () => {
    const forgetful = cluster.primaries[1]!;
    await ask(forgetful.url, (redis) => redis.config('SET', 'maxmemory-policy', 'allkeys-lru'));
    const guard = await connectRedisGuard(cluster.url, budgetMilliseconds, silentLog);
    guards.push(guard);
    await expect
      .poll(() => guard.claim(newClaim()).catch(({ message }) => message), patience)
      .toContain('not usable');
    await ask(forgetful.url, (redis) => redis.config('SET', 'maxmemory-policy', 'noeviction'));
    await expect.poll(() => guard.isUsed(), patience).toBe(true);
  });
});

describe('claims that a replica must hold', () => {
  it('takes claim and WAIT in one write', async () => {
    const pair = await startTestPair();
    const proxy = await startTcpProxy({ host: '127.0.0.1', port: pair.primary.port });
    const guard = await connect(pair.primary.url.replace(`:${pair.primary.port}`, `:${proxy.port}`), 1);
    await guard.claim(newClaim()); // the first teaches the server the script
    const before = proxy.sentPieces();
    await expectRule(guard, manyClaims(20));
    expect(proxy.sentPieces()).toBe(before + 40);
    await proxy.stop();
    await pair.remove();
  });

  it('says so where too few have it, and again counts claims once they have', async () => {
    const pair = await startTestPair();
    const guard = await connect(pair.primary.url, 1);
    await expectRule(guard, manyClaims(3));
    await pair.replica.pause();
    // The first waits for the replica, and may wait longer than its budget on a busy machine.
    await expect
      .poll(() => guard.claim(newClaim()).catch(() => null), patience)
      .toEqual({ answer: 'accepted', isUnreplicated: true });
    for (const claim of manyClaims(10)) {
      expect(await guard.claim(claim)).toEqual({ answer: 'accepted', isUnreplicated: true });
      // What is no claim needs no replica.
      expect(await guard.claim(copyOf(claim))).toMatchObject({ answer: 'replayed' });
    }
    expect(guard.isUsed()).toBe(true);
    await pair.replica.resume();
    await expect.poll(async () => 'isUnreplicated' in (await guard.claim(newClaim())), patience).toBe(false);
    await pair.remove();
  });

  it('goes on when the server has lost the script', async () => {
    const pair = await startTestPair();
    const guard = await connect(pair.primary.url, 1);
    await expectRule(guard, manyClaims(1));
    await ask(pair.primary.url, (redis) => redis.script('FLUSH'));
    expect(await guard.claim(newClaim())).toEqual({ answer: 'accepted' });
    await pair.remove();
  });
});
