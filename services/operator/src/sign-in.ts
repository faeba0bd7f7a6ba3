/** Staff sign in by e-mail and password; nothing tells a stranger whether an account exists. */
import { ServiceError } from '@vedong/runtime/problem';
import { createRateLimiter, type RateLimit } from '@vedong/runtime/rate-limit';
import { hashSecret, newSecret } from '@vedong/runtime/session-token';
import type { OperatorContext } from './context.ts';
import { deleteExpiredSessions, findActiveStaff, insertSession } from './db/staff.ts';
import { passwordMatches } from './password.ts';

export const sessionLifetimeSeconds = 12 * 3600;

export const signInLimits = {
  account: { name: 'sign-in-account', tries: 10, perSeconds: 900 },
  address: { name: 'sign-in-address', tries: 50, perSeconds: 900 },
} as const satisfies Record<string, RateLimit>;

export interface SignInRequest {
  email: string;
  password: string;
  /** The caller's network address. */
  address: string;
}

/** Gives the session's token. Throws `wrong_credentials` or `too_many_requests`. */
export function createSignIn({ db, clock, log }: OperatorContext) {
  const accountLimit = createRateLimiter(db, signInLimits.account);
  const addressLimit = createRateLimiter(db, signInLimits.address);
  return async ({ email, password, address }: SignInRequest): Promise<{ name: string; token: string }> => {
    const account = email.toLowerCase();
    await addressLimit.count(address);
    await accountLimit.count(account);
    const staff = await findActiveStaff(db, account);
    if (!(await passwordMatches(password, staff?.passwordHash ?? null)) || !staff) {
      log.warn('sign-in refused');
      throw new ServiceError(401, 'wrong_credentials', {
        detail: 'The e-mail address or password is wrong.',
      });
    }
    await accountLimit.forget(account);
    const token = newSecret();
    const now = clock.nowMilliseconds();
    await deleteExpiredSessions(db, new Date(now));
    await insertSession(db, {
      tokenHash: hashSecret(token),
      staffId: staff.staffId,
      expiresAt: new Date(now + sessionLifetimeSeconds * 1000),
    });
    return { name: staff.name, token };
  };
}
