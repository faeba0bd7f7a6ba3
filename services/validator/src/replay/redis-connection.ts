/** A connection to Redis in each of its forms that fails soon and never sends anything again by itself. */
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { claimScript } from './claim-script.ts';
import { findRedisAddress, type RedisAddress } from './redis-address.ts';
import { tellScript } from './tell-script.ts';

/** Bounds, with the breaker's pause, how long after its return Redis is used again: below 2 s. */
const reconnectAfterMostMilliseconds = 500;
/** A connection on which nothing comes back so long is given up, so that a failover behind one address is found. */
const silentConnectionMilliseconds = 1000;
/** How soon a cluster's new primary, or a Sentinel's, is asked for. */
const lookAgainMilliseconds = 500;
/** A claim follows a slot on its way to another node, not a chase. */
const redirectionsMost = 3;

const scripts = {
  claimSlot: { lua: claimScript, numberOfKeys: 2 },
  tellClaim: { lua: tellScript, numberOfKeys: 2 },
};

interface Scripts {
  claimSlot(...args: (string | number)[]): Promise<unknown>;
  tellClaim(...args: (string | number)[]): Promise<unknown>;
}
export type ScriptedRedis = (Redis | Cluster) & Scripts;

const afterAttempts = (attempt: number): number => Math.min(50 * attempt, reconnectAfterMostMilliseconds);

const nodeOptions = {
  commandTimeout: silentConnectionMilliseconds,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  connectTimeout: 1000,
  socketTimeout: silentConnectionMilliseconds,
} satisfies RedisOptions;

export function openRedis(url: string): ScriptedRedis {
  const address = findRedisAddress(url);
  if (!address) throw new Error('REDIS_URL has none of its forms');
  return open(address) as ScriptedRedis;
}

function open(address: RedisAddress): Redis | Cluster {
  const options = { ...nodeOptions, scripts, enableOfflineQueue: false, retryStrategy: afterAttempts };
  if (address.kind === 'single') return new Redis(address.url, options);
  const { username, password } = address;
  const login = { ...(username ? { username } : {}), ...(password ? { password } : {}) };
  const tls = address.tls ? { tls: {} } : {};
  if (address.kind === 'sentinel') {
    const { sentinels, name, sentinelPassword } = address;
    return new Redis({
      ...options,
      ...login,
      ...tls,
      sentinels,
      name,
      ...(sentinelPassword ? { sentinelPassword } : {}),
      ...(address.tls ? { enableTLSForSentinelMode: true, sentinelTLS: {} } : {}),
      sentinelCommandTimeout: lookAgainMilliseconds,
      sentinelRetryStrategy: afterAttempts,
      // The Sentinels say at once when another server is the primary; it need not be noticed by silence.
      failoverDetector: true,
      reconnectOnError: ({ message }) => message.startsWith('READONLY'),
    });
  }
  return new Cluster(address.hosts, {
    scripts,
    enableOfflineQueue: false,
    maxRedirections: redirectionsMost,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    slotsRefreshTimeout: silentConnectionMilliseconds,
    slotsRefreshInterval: lookAgainMilliseconds,
    clusterRetryStrategy: afterAttempts,
    clusterNodeRetryStrategy: afterAttempts,
    redisOptions: { ...nodeOptions, ...login, ...tls },
  });
}

/** Every server that may keep claims: the primaries. */
export const listPrimaries = (redis: ScriptedRedis): Redis[] =>
  redis instanceof Cluster ? redis.nodes('master') : [redis];
