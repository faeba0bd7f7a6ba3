/** One validator is revoked, one gate asks more of its riders: what staff decide, and what follows for a validator. */
import type { Revocation } from '@vedong/contracts';
import { ServiceError } from '@vedong/runtime/problem';
import type { OperatorContext } from './context.ts';
import type { Db } from './db/tables.ts';
import { isRevoked, markRevoked, setChallengeShown } from './db/validator-trust.ts';

/** Throws `validator_not_found`. A second revocation changes nothing. */
export async function revokeValidator(
  { db, clock, log }: OperatorContext,
  validatorId: string,
  { by, reason }: { by: string; reason: string },
): Promise<Revocation> {
  const revocation = await markRevoked(db, validatorId, {
    now: new Date(clock.nowMilliseconds()),
    by,
    reason,
  });
  if (!revocation) {
    throw new ServiceError(404, 'validator_not_found', { detail: 'There is no such validator.' });
  }
  log.warn({ validatorId, by: revocation.by }, 'validator revoked');
  return revocation;
}

/** To be asked once the signature holds: only the validator itself hears of it. Throws `validator_revoked`. */
export async function refuseRevoked(db: Db, validatorId: string): Promise<void> {
  if (!(await isRevoked(db, validatorId))) return;
  throw new ServiceError(403, 'validator_revoked', {
    detail:
      'The operator has revoked this validator. It must not open, and comes back only by a new enrolment.',
  });
}

/** Throws `gate_not_found`. */
export async function showChallenge(db: Db, gateId: string, isShown: boolean): Promise<void> {
  if (await setChallengeShown(db, gateId, isShown)) return;
  throw new ServiceError(404, 'gate_not_found', { detail: 'There is no such gate.' });
}
