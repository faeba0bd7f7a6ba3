/** What staff ask of the issuer: its refusals are told as they are, its silence as one code. */
import { ApiError } from '@vedong/contracts';
import { ServiceError } from '@vedong/runtime/problem';
import type { OperatorContext } from './context.ts';
import { recordAction, recordOutcome, type StaffAction } from './db/staff-actions.ts';

/** Throws what the issuer refused, and `issuer_unreachable`. */
export async function askIssuer<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const isRefusal = error.status >= 400 && error.status < 500 && error.status !== 401;
    if (isRefusal) throw new ServiceError(error.status, error.code, { detail: error.message });
    throw new ServiceError(503, 'issuer_unreachable', {
      detail: 'The issuer does not answer. Try again in a minute.',
      retryAfterSeconds: 30,
    });
  }
}

/** As `askIssuer`, recorded with who and why before it is done, and with its outcome afterwards. */
export async function actAtIssuer<T>(
  { db, clock }: Pick<OperatorContext, 'db' | 'clock'>,
  action: Omit<StaffAction, 'at'>,
  call: () => Promise<T>,
): Promise<T> {
  const actionId = await recordAction(db, { ...action, at: new Date(clock.nowMilliseconds()) });
  try {
    const answer = await askIssuer(call);
    await recordOutcome(db, actionId, 'done');
    return answer;
  } catch (error) {
    await recordOutcome(db, actionId, error instanceof ServiceError ? error.code : 'failed');
    throw error;
  }
}
