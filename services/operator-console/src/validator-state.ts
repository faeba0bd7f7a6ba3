/** Which validators need somebody to look: what staff at rush hour ask first. Pure. */
import type { OperatorApi, ResponseOf } from '@vedong/contracts';

export type Validator = ResponseOf<OperatorApi['GET /v1/validators']>['validators'][number];

/** A validator asks for its configuration every few seconds; after a minute of silence it is cut off or down. */
const silentAfterMilliseconds = 60_000;

export const isSilent = (seenAt: string | null, nowMilliseconds: number): boolean =>
  seenAt !== null && nowMilliseconds - Date.parse(seenAt) > silentAfterMilliseconds;

/** Of one that is revoked, or has yet to enrol, nothing is expected; records put aside stay so and call nobody again. */
export function needsLook(validator: Validator, nowMilliseconds: number): boolean {
  const { enrolledAt, revocation, seenAt, report, journal } = validator;
  if (revocation !== null || enrolledAt === null) return false;
  const isUnwell = report && (report.conditions.length > 0 || report.journal.state !== 'well');
  return isSilent(seenAt, nowMilliseconds) || Boolean(isUnwell) || journal !== 'whole';
}

/** Those that need a look first; otherwise in their order. */
export const inOrderOfNeed = (validators: readonly Validator[], nowMilliseconds: number): Validator[] =>
  validators.toSorted(
    (a, b) => Number(needsLook(b, nowMilliseconds)) - Number(needsLook(a, nowMilliseconds)),
  );
