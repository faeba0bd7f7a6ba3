/** Limits how often something is tried, counted in PostgreSQL so that all processes of a service count together. */
import { CompiledQuery, type Kysely } from 'kysely';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { ServiceError } from './problem.ts';
import { hashSecret } from './session-token.ts';

export interface RateLimit {
  /** Tells the limits in one table apart. */
  name: string;
  tries: number;
  perSeconds: number;
}

export interface RateLimiter {
  /** Counts one try; throws `too_many_requests` (429) when there were too many. Keys are stored as hashes. */
  count(key: string): Promise<void>;
  /** Forgets the tries so far. */
  forget(key: string): Promise<void>;
}

/** Needs a table `rate_limits (key text primary key, points integer not null, expire bigint)` on the search path. */
export function createRateLimiter<T>(db: Kysely<T>, { name, tries, perSeconds }: RateLimit): RateLimiter {
  const limiter = new RateLimiterPostgres({
    storeClient: {
      query: ({ text, values }: { text: string; values: unknown[] }) =>
        db
          .executeQuery(CompiledQuery.raw(text, values))
          .then(({ rows }) => ({ rows, rowCount: rows.length })),
    },
    storeType: 'client',
    tableName: 'rate_limits',
    tableCreated: true,
    keyPrefix: name,
    points: tries,
    duration: perSeconds,
  });
  const hashed = (key: string) => hashSecret(key).toString('base64url');
  return {
    async count(key) {
      await limiter.consume(hashed(key)).catch((refusal: unknown) => {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        throw new ServiceError(429, 'too_many_requests', {
          detail: 'Too many tries. Wait a little and try again.',
          retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)),
        });
      });
    },
    async forget(key) {
      await limiter.delete(hashed(key));
    },
  };
}
