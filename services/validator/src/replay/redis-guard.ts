/** The replay rule in Redis, shared by validators: one Lua call, one round trip, and no answer but a certain one. */
import type { Log } from '@vedong/runtime/log';
import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleAll } from 'cockatiel';
import { Redis } from 'ioredis';
import type { Claim, ClaimAnswer, ReplayGuard } from './claim.ts';
import { claimArguments, claimKeys, claimScript, readClaimAnswer } from './claim-script.ts';

export interface RedisGuard extends ReplayGuard {
  /** Rejects when there is no certain answer within the budget; the claim may then have been made or not. */
  claim(claim: Claim): Promise<ClaimAnswer>;
  /** Whether claims go to Redis now. */
  isUsed: () => boolean;
  close: () => void;
}

/** Failures in a row after which Redis is left alone; the first taps of an outage pay the budget, no others. */
const failuresBeforeBreak = 5;
/** Both together bound how long after its return Redis is used again: below 2 s. */
const probeAfterMilliseconds = 500;
const reconnectAfterMostMilliseconds = 500;
/** A connection on which nothing comes back so long is given up, so that a failover behind one address is found. */
const silentConnectionMilliseconds = 1000;
/** How soon a Redis that was not fit for use is looked at again. */
const recheckMilliseconds = 1000;

interface ClaimingRedis extends Redis {
  claimSlot(...args: (string | number)[]): Promise<unknown>;
}

/** Connects in the background; resolves as soon as Redis answers, at the latest after a second. */
export async function connectRedisGuard(
  url: string,
  budgetMilliseconds: number,
  log: Log,
): Promise<RedisGuard> {
  const redis = new Redis(url, {
    scripts: { claimSlot: { lua: claimScript, numberOfKeys: 2 } },
    commandTimeout: silentConnectionMilliseconds,
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    connectTimeout: 1000,
    socketTimeout: silentConnectionMilliseconds,
    retryStrategy: (attempt) => Math.min(50 * attempt, reconnectAfterMostMilliseconds),
  }) as ClaimingRedis;
  const breaker = circuitBreaker(handleAll, {
    halfOpenAfter: probeAfterMilliseconds,
    breaker: new ConsecutiveBreaker(failuresBeforeBreak),
  });
  let keepsClaims = false;
  let trouble: string | undefined;
  /** One line when an outage begins, one when it ends. */
  const note = (why: string | undefined): void => {
    if (why !== undefined && trouble === undefined)
      log.warn({ why }, 'Redis is out: own memory judges replay');
    if (why === undefined && trouble !== undefined) log.info('Redis judges replay again');
    trouble = why;
  };
  redis.on('error', ({ message }) => note(message));
  redis.on('close', () => {
    keepsClaims = false;
    note('connection lost');
  });
  breaker.onBreak((failure) => note('error' in failure ? failure.error.message : 'no answer'));
  breaker.onReset(() => note(undefined));

  const checkPolicy = async (): Promise<void> => {
    // Through the breaker: an answer also shows that claims can be tried again.
    const policy = await breaker.execute(() => readEvictionPolicy(redis)).catch(() => 'unknown');
    keepsClaims = policy === 'noeviction' && redis.status === 'ready';
    if (keepsClaims) note(undefined);
    else if (redis.status === 'ready') {
      const why = `maxmemory-policy is ${policy}`;
      if (why !== trouble) log.error(`Redis may forget claims and is not used: ${why}, set it to noeviction`);
      trouble = why;
      setTimeout(() => void checkPolicy(), recheckMilliseconds).unref();
    }
  };
  const firstAnswer = new Promise<void>((resolve) => {
    redis.on('ready', () => void checkPolicy().finally(resolve));
  });
  await Promise.race([firstAnswer, new Promise((resolve) => setTimeout(resolve, 1000))]);

  return {
    async claim(claim) {
      if (!keepsClaims) throw new Error('Redis is not usable now');
      return breaker.execute(async () => {
        const reply = redis.claimSlot(...claimKeys(claim.card), ...claimArguments(claim));
        return readClaimAnswer(claim.card, await withinBudget(reply, budgetMilliseconds));
      });
    },
    isUsed: () => keepsClaims && breaker.state === CircuitState.Closed,
    close: () => redis.disconnect(),
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

/** `INFO` rather than `CONFIG GET`, which hosted servers do not allow. */
async function readEvictionPolicy(redis: Redis): Promise<string> {
  return /^maxmemory_policy:(\S+)/m.exec(await redis.info('memory'))?.[1] ?? 'unknown';
}
