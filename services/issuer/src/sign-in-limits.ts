/** How many codes and tries a number and a network address get. */
import { ServiceError } from '@vedong/runtime/problem';
import ipaddr from 'ipaddr.js';
import { CompiledQuery } from 'kysely';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { ServiceConfig } from './config.ts';
import type { IssuerDb } from './db/database.ts';
import type { Vault } from './vault.ts';

/** Each throws `too_many_requests` with the time to wait. */
export interface SignInLimits {
  countCode(phone: string, address: string): Promise<void>;
  countTry(address: string): Promise<void>;
}

const windowSeconds = 3600;

/** Counted in PostgreSQL, so that all processes count together; numbers and addresses are kept as keyed hashes. */
export function createSignInLimits(
  db: IssuerDb,
  vault: Vault,
  limits: ServiceConfig['signInLimits'],
): SignInLimits {
  // The limiter speaks to a pg client; kysely's connections serve as one.
  const storeClient = {
    query: ({ text, values }: { text: string; values: unknown[] }) =>
      db.executeQuery(CompiledQuery.raw(text, values)),
  };
  const limiter = (keyPrefix: string, points: number) => {
    const store = new RateLimiterPostgres({
      storeClient,
      storeType: 'client',
      tableName: 'rate_limits',
      tableCreated: true,
      keyPrefix,
      points,
      duration: windowSeconds,
    });
    return async (subject: string) => {
      try {
        await store.consume(vault.hash('rate-limit', subject).toString('base64url'));
      } catch (cause) {
        throw cause instanceof RateLimiterRes ? tooMany(cause) : cause;
      }
    };
  };
  const countAddressCode = limiter('code-address', limits.codesPerAddressPerHour);
  const countNumberCode = limiter('code-number', limits.codesPerNumberPerHour);
  const countAddressTry = limiter('try-address', limits.triesPerAddressPerHour);
  return {
    async countCode(phone, address) {
      await countAddressCode(networkOf(address));
      await countNumberCode(phone);
    },
    countTry: (address) => countAddressTry(networkOf(address)),
  };
}

const tooMany = ({ msBeforeNext }: RateLimiterRes) =>
  new ServiceError(429, 'too_many_requests', {
    detail: 'Too many codes or tries. Wait before the next one.',
    retryAfterSeconds: Math.ceil(msBeforeNext / 1000),
  });

/** Whoever has one IPv6 address has its whole /64. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(':') : parsed.toString();
}
