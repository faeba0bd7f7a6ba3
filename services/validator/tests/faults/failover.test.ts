/** F2: the replica is stalled, the primary killed, the replica promoted behind the same address; with and without WAIT. */
import { silentLog } from '@vedong/runtime/log';
import { ask, startTestPair, type TestPair } from '@vedong/testing/redis-groups';
import { startTcpProxy, type TcpProxy } from '@vedong/testing/tcp-proxy';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { connectRedisGuard, type RedisGuard } from '../../src/replay/redis-guard.ts';
import { copyOf, newClaim } from '../guard-claims.ts';
import { eventually } from '../test-validator.ts';
import {
  expectDoublesFound,
  expectNothingLost,
  isLong,
  listDoubleAccepts,
  report,
  startTwoValidators,
} from './two-validators.ts';

const claimsOfPhase = isLong ? 1000 : 100;
const budgetMilliseconds = 400;
const patience = { timeout: 30_000, interval: 50 };
let pair: TestPair;
/** Between the replica and its primary. */
let link: TcpProxy;
/** Where validators find Redis. */
let front: TcpProxy;
let frontUrl: string;

beforeEach(async () => {
  pair = await startTestPair();
  const { primary, replica } = pair;
  link = await startTcpProxy({ host: '127.0.0.1', port: primary.port });
  front = await startTcpProxy({ host: '127.0.0.1', port: primary.port });
  frontUrl = primary.url.replace(`:${primary.port}`, `:${front.port}`);
  await ask(replica.url, (redis) => redis.replicaof('127.0.0.1', link.port));
  const saysAt = async (url: string) => ask(url, (redis) => redis.info('replication'));
  const isThroughLink = new RegExp(`master_port:${link.port}[^]*master_link_status:up`);
  await eventually(async () => isThroughLink.test(await saysAt(replica.url)), 30);
  await eventually(async () => (await saysAt(primary.url)).includes('state=online'), 30);
});
afterEach(async () => {
  await front.stop();
  await link.stop();
  await pair.remove();
});

/** Nothing of what the primary writes reaches the replica any more. */
async function stallReplica(): Promise<void> {
  link.holdReplies();
  await pair.replica.pause();
}

async function failOver(): Promise<void> {
  await pair.primary.kill('SIGKILL');
  await link.stop();
  await pair.replica.resume();
  await ask(pair.replica.url, (redis) => redis.replicaof('NO', 'ONE'));
  front.retarget(pair.replica.port);
}

async function connect(replicas: number): Promise<RedisGuard> {
  const guard = await connectRedisGuard(frontUrl, budgetMilliseconds, silentLog, replicas);
  await expect.poll(() => guard.isUsed(), patience).toBe(true);
  return guard;
}

it.each([
  ['with WAIT', 1],
  ['without WAIT', 0],
])('F2 %s: what the guards answered before and after', { timeout: 120_000 }, async (how, replicas) => {
  const guards = [await connect(replicas), await connect(replicas)] as const;
  const counted: string[] = [];
  const claims = Array.from({ length: 2 * claimsOfPhase }, () => newClaim());
  for (const [index, claim] of claims.entries()) {
    if (index === claimsOfPhase) await stallReplica();
    const answer = await guards[0].claim(claim).catch(() => null);
    // Exactly these say `guard: redis` at a gate.
    if (answer?.answer === 'accepted' && !answer.isUnreplicated) counted.push(claim.card);
  }
  await failOver();
  await expect
    .poll(() => guards[1].claim(newClaim()).catch(() => null), patience)
    .toMatchObject({ answer: 'accepted' });
  const again = new Set<string>();
  for (const claim of claims) {
    const answer = await guards[1].claim(copyOf(claim));
    if (answer.answer === 'accepted') again.add(claim.card);
  }
  const twice = counted.filter((card) => again.has(card));
  if (replicas > 0) expect(twice).toEqual([]);
  else expect(twice.length).toBeGreaterThan(claimsOfPhase / 2);
  for (const guard of guards) guard.close();
  report(
    'F2',
    `${how}: ${claims.length} claims, ${counted.length} of which counted; ${twice.length} of these accepted again after the failover`,
  );
});

it(
  'F2 with validators: every double accept is found by the taps’ records',
  { timeout: 240_000 },
  async () => {
    const two = await startTwoValidators([frontUrl, frontUrl]);
    const tickets: string[] = [];
    for (let index = 0; index < claimsOfPhase; index += 1) {
      if (index === claimsOfPhase / 2) await stallReplica();
      const ticket = await two.city.ticket();
      tickets.push(ticket);
      await two.show(ticket, 0);
    }
    const [first] = two.programs;
    // It is gone too, and cannot tell the new primary what it knows.
    first!.process.kill('SIGSTOP');
    await failOver();
    // As soon as the other one is with the new primary; own memory would say local.
    await eventually(async () => (await two.show(await two.city.ticket(), 1)).guard === 'redis', 30);
    for (const ticket of tickets) await two.show(ticket, 1);
    first!.process.kill('SIGCONT');
    const delivered = await two.delivered();
    expectNothingLost(two.given, delivered);
    const doubles = listDoubleAccepts(two.given);
    expect(doubles.length).toBeGreaterThan(0);
    expectDoublesFound(doubles, delivered);
    await two.stop();
    report(
      'F2',
      `two validators without WAIT: ${doubles.length} tickets accepted twice, each found by card and slot`,
    );
  },
);
