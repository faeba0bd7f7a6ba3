/** How many codes and tries a number and a network address get, counted over all processes. */
import { createRateLimiter } from '@vedong/runtime/rate-limit';
import ipaddr from 'ipaddr.js';
import type { ServiceConfig } from './config.ts';
import type { IssuerDb } from './db/database.ts';
import type { Vault } from './vault.ts';

/** Each throws `too_many_requests` with the time to wait. */
export interface SignInLimits {
  countCode(phone: string, address: string): Promise<void>;
  countTry(address: string): Promise<void>;
}

/** Numbers and addresses reach the database as keyed hashes only: there are too few of them for plain ones. */
export function createSignInLimits(
  db: IssuerDb,
  vault: Vault,
  limits: ServiceConfig['signInLimits'],
): SignInLimits {
  const hourly = (name: string, tries: number) => {
    const limiter = createRateLimiter(db, { name, tries, perSeconds: 3600 });
    return (subject: string) => limiter.count(vault.hash('rate-limit', subject).toString('hex'));
  };
  const countAddressCode = hourly('code-address', limits.codesPerAddressPerHour);
  const countNumberCode = hourly('code-number', limits.codesPerNumberPerHour);
  const countAddressTry = hourly('try-address', limits.triesPerAddressPerHour);
  return {
    async countCode(phone, address) {
      await countAddressCode(networkOf(address));
      await countNumberCode(phone);
    },
    countTry: (address) => countAddressTry(networkOf(address)),
  };
}

/** Whoever has one IPv6 address has its whole /64. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6
    ? parsed.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')
    : parsed.toString();
}
