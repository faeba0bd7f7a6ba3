/** Check 10 in Redis, shared by validators: one Lua call, one round trip, and no answer but a certain one. */
import type { Log } from '@vedong/runtime/log';
import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleAll } from 'cockatiel';
import type { Redis } from 'ioredis';
import type { Claim, ClaimAnswer, ReplayGuard } from './claim.ts';
import { claimArguments, claimKeys, readClaimAnswer } from './claim-script.ts';
import type { LiveClaim } from './local-guard.ts';
import { listPrimaries, openRedis, type ScriptedRedis } from './redis-connection.ts';
import { createRedisMemory, readServerFacts } from './redis-memory.ts';
import { addressOf, createReplicatedClaims, primaryOf } from './replicated-claims.ts';
import { tellArguments, toldAnswers, type ToldAnswer } from './tell-script.ts';

/** What judging a tap needs of it. */
export type JudgingRedis = Pick<RedisGuard, 'claim'> & Partial<Pick<RedisGuard, 'mayHaveForgotten'>>;

export interface RedisGuard extends ReplayGuard {
  /**
   * Rejects when there is no certain answer within the budget; the claim may then have been made or not.
   */
  claim(claim: Claim): Promise<ClaimAnswer>;
  /** Whether the server that has just judged a card's claim may not have been told of earlier ones. */
  mayHaveForgotten: (claim: Pick<Claim, 'card'>) => boolean;
  /** Tells of a claim that own memory judged. */
  tell(claim: LiveClaim): Promise<ToldAnswer>;
  /** Calls back now if Redis is used, and each time it is used again after it may have forgotten. */
  onUsable: (callback: () => void) => void;
  /** Whether claims go to Redis now. */
  isUsed: () => boolean;
  close: () => void;
}

/** Failures in a row after which Redis is left alone; the first taps of an outage pay the budget, no others. */
const failuresBeforeBreak = 5;
/** Bounds, with the pause before reconnecting, how long after its return Redis is used again: below 2 s. */
const probeAfterMilliseconds = 500;
/** How soon a Redis that was not fit for use is looked at again, and one that is. */
const recheckMilliseconds = { unfit: 1000, fit: 10_000 };

/**
 * Connects in the background; resolves as soon as Redis answers, at the latest after a second.
 * @param replicas how many must hold a claim before it counts; 0: none
 */
export async function connectRedisGuard(
  url: string,
  budgetMilliseconds: number,
  log: Log,
  replicas = 0,
): Promise<RedisGuard> {
  const redis = openRedis(url);
  const claimReplicated = createReplicatedClaims(redis, { replicas, budgetMilliseconds });
  const claimOnce = async (claim: Claim): Promise<ClaimAnswer> =>
    readClaimAnswer(claim.card, await redis.claimSlot(...claimKeys(claim.card), ...claimArguments(claim)));
  const send = replicas > 0 ? claimReplicated : claimOnce;
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: probeAfterMilliseconds,
    breaker: new ConsecutiveBreaker(failuresBeforeBreak),
  });
  const memory = createRedisMemory(() => performance.now() / 1000);
  let keepsClaims = false;
  let trouble: string | undefined;
  let recheck: NodeJS.Timeout | undefined;
  const callbacks: (() => void)[] = [];
  /** One line when an outage begins, one when it ends. */
  const note = (why: string | undefined): void => {
    if (why !== undefined && trouble === undefined)
      log.warn({ why }, 'Redis is out: own memory judges replay');
    if (why === undefined && trouble !== undefined) log.info('Redis judges replay again');
    trouble = why;
  };
  redis.on('error', ({ message }: Error) => note(message));
  redis.on('close', () => {
    keepsClaims = false;
    note('connection lost');
  });
  breaker.onBreak((failure) => note('error' in failure ? failure.error.message : 'no answer'));
  breaker.onReset(() => note(undefined));

  const checkPolicy = async (): Promise<void> => {
    clearTimeout(recheck);
    const wasUsed = keepsClaims;
    // Through the breaker: an answer also shows that claims can be tried again.
    const policy = await breaker
      .execute(async () => {
        const servers = listPrimaries(redis);
        memory.note(await listServerFacts(redis, servers));
        return findEvictingPolicy(servers);
      })
      .catch(() => (wasUsed ? undefined : 'unknown'));
    if (redis.status !== 'ready') return;
    keepsClaims = policy === undefined;
    if (policy !== undefined) {
      const why = `maxmemory-policy is ${policy}`;
      if (why !== trouble) log.error(`Redis may forget claims and is not used: ${why}, set it to noeviction`);
      trouble = why;
    } else if (!wasUsed) {
      note(undefined);
      for (const callback of callbacks) callback();
    }
    const after = keepsClaims ? recheckMilliseconds.fit : recheckMilliseconds.unfit;
    recheck = setTimeout(() => void checkPolicy(), after).unref();
  };
  const firstAnswer = new Promise<void>((resolve) => {
    redis.on('ready', () => void checkPolicy().finally(resolve));
  });
  await Promise.race([firstAnswer, new Promise((resolve) => setTimeout(resolve, 1000))]);

  return {
    async claim(claim) {
      if (!keepsClaims) throw new Error('Redis is not usable now');
      return breaker.execute(() => withinBudget(send(claim), budgetMilliseconds));
    },
    mayHaveForgotten: (claim) => memory.mayHaveForgotten(primaryOf(redis, claim)),
    async tell(live) {
      const answer = await redis.tellClaim(...tellArguments(live));
      if (!toldAnswers.includes(answer as ToldAnswer)) throw new Error('Redis gave an odd reply');
      return answer as ToldAnswer;
    },
    onUsable(callback) {
      callbacks.push(callback);
      if (keepsClaims) callback();
    },
    isUsed: () => keepsClaims && breaker.state === CircuitState.Closed,
    close() {
      clearTimeout(recheck);
      redis.disconnect();
    },
  };
}

/**
 * Timers run before sockets are read. After a busy moment both are due, and a reply that has already arrived must
 * count, or load on the validator would pass for an outage of Redis.
 */
function withinBudget<T>(reply: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(new Error('no reply within the budget'));
    const timer = setTimeout(() => setImmediate(giveUp), milliseconds);
    reply.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** Of those that answer: of the others nothing is known. */
async function listServerFacts(redis: ScriptedRedis, servers: readonly Redis[]) {
  const settled = await Promise.allSettled(
    servers.map(async (server) => readServerFacts(addressOf(redis, server), await server.info('server'))),
  );
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

/** The policy of a server that may forget claims, or undefined. Throws where no server says what it does. */
async function findEvictingPolicy(servers: readonly Redis[]): Promise<string | undefined> {
  const settled = await Promise.allSettled(servers.map(readEvictionPolicy));
  const policies = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (policies.length === 0) throw new Error('Redis does not tell its eviction policy');
  return policies.find((policy) => policy !== 'noeviction');
}

/** `INFO` rather than `CONFIG GET`, which hosted servers do not allow. */
async function readEvictionPolicy(redis: Redis): Promise<string> {
  return /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory'))?.[1] ?? 'unknown';
}
