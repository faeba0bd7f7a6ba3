/** How a validator comes to be trusted: staff announce it, it proves a key of its own with the one-time code. */
import { randomBytes } from 'node:crypto';
import type { operatorApi, ResponseOf, ValidatorConfiguration } from '@vedong/contracts';
import { instantOf } from '@vedong/runtime/clock';
import { ServiceError } from '@vedong/runtime/problem';
import { hashSecret, notSignedIn } from '@vedong/runtime/session-token';
import { z } from 'zod';
import type { OperatorContext } from './context.ts';
import { listGateClasses } from './db/gate-classes.ts';
import { listGatesOf } from './db/network.ts';
import { claimEnrolment, findValidatorKey, insertValidator, noteValidatorSeen } from './db/validators.ts';
import { versionOfConfiguration } from './db/validator-trust.ts';
import { refuseRevoked } from './revoke-validator.ts';
import {
  badSignature,
  enrolmentHeader,
  readHeader,
  readPayload,
  tokenHeader,
  verifiedPayload,
} from './validator-signature.ts';

const codeLifetimeMilliseconds = 24 * 3600_000;
const tokenLifetimeSeconds = 60;
/** How far a validator's clock may be from ours. */
const clockToleranceSeconds = 60;

type Announcement = ResponseOf<(typeof operatorApi)['POST /v1/validators']>;

/** The code is shown this once; only its hash is kept. */
export async function announceValidator({ db, clock }: OperatorContext, name: string): Promise<Announcement> {
  const validatorId = `v-${randomBytes(5).toString('hex')}`;
  const enrolmentCode = newEnrolmentCode();
  const expiresAt = clock.nowMilliseconds() + codeLifetimeMilliseconds;
  await insertValidator(db, {
    validatorId,
    name,
    codeHash: hashSecret(enrolmentCode),
    codeExpiresAt: new Date(expiresAt),
  });
  return { validatorId, enrolmentCode, expiresAt: instantOf(expiresAt) };
}

/** 100 random bits in Crockford's Base32, which leaves out letters that look like digits: `4ZK8N-…`. */
function newEnrolmentCode(): string {
  const letters = Array.from(randomBytes(20), (byte) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[byte % 32]).join(
    '',
  );
  return (letters.match(/.{5}/g) ?? []).join('-');
}

/** Throws `bad_signature` or `wrong_enrolment_code`, the same for a wrong, used and expired one. */
export async function enrolValidator(
  context: OperatorContext,
  request: string,
): Promise<ValidatorConfiguration> {
  const { db, clock, log } = context;
  const publicKey = readHeader(request, enrolmentHeader)?.jwk.x;
  const payload = publicKey && (await verifiedPayload(request, publicKey));
  const claims = payload && readPayload(payload, z.strictObject({ code: z.string().max(100), iat: z.int() }));
  const nowMilliseconds = clock.nowMilliseconds();
  if (!claims || Math.abs(claims.iat - nowMilliseconds / 1000) > clockToleranceSeconds) throw badSignature();
  const validatorId = await claimEnrolment(db, {
    codeHash: hashSecret(claims.code.trim().toUpperCase()),
    publicKey,
    now: new Date(nowMilliseconds),
  });
  if (validatorId === undefined) {
    throw new ServiceError(403, 'wrong_enrolment_code', {
      detail: 'The enrolment code is wrong, used or expired. Ask the operator for a new one.',
    });
  }
  log.info({ validatorId }, 'validator enrolled');
  return configure(context, validatorId, 0);
}

/** Who sends this access token: a JWT of at most a minute, signed by an enrolled validator. Throws `not_signed_in` or `validator_revoked`. */
export async function identifyValidator({ db, clock }: OperatorContext, token: string): Promise<string> {
  const kid = readHeader(token, tokenHeader)?.kid;
  const key = kid && (await findValidatorKey(db, kid));
  const payload = key && (await verifiedPayload(token, key));
  const claims = payload && readPayload(payload, z.object({ iat: z.int(), exp: z.int() }));
  const now = clock.nowMilliseconds() / 1000;
  const isCurrent =
    claims &&
    claims.exp - claims.iat <= tokenLifetimeSeconds &&
    claims.iat <= now + clockToleranceSeconds &&
    claims.exp > now - clockToleranceSeconds;
  if (!isCurrent) throw notSignedIn();
  await refuseRevoked(db, kid);
  return kid;
}

/** The configuration of a validator that asks for it itself and has version `held` of it. */
export async function fetchConfiguration(
  context: OperatorContext,
  validatorId: string,
  held: number,
): Promise<ValidatorConfiguration> {
  await noteValidatorSeen(context.db, validatorId, new Date(context.clock.nowMilliseconds()));
  return configure(context, validatorId, held);
}

/** No fare product has a tariff here yet, so gates accept pay as you go only. */
async function configure(
  { db, calendar }: OperatorContext,
  validatorId: string,
  held: number,
): Promise<ValidatorConfiguration> {
  const [gates, gateClasses] = await Promise.all([listGatesOf(db, validatorId), listGateClasses(db)]);
  const content = { validatorId, calendar, gates, products: [], gateClasses };
  return { ...content, version: await versionOfConfiguration(db, validatorId, { content, held }) };
}
