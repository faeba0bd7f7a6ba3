/** A validator says how it is; staff see it, and it learns how far its journal has arrived. */
import type { operatorApi, ResponseOf, ValidatorReport } from '@vedong/contracts';
import { instantOf } from '@vedong/runtime/clock';
import type { OperatorContext } from './context.ts';
import { saveReport } from './db/validators.ts';

type Answer = ResponseOf<(typeof operatorApi)['POST /v1/validators/{validatorId}/reports']>;

export async function takeValidatorReport(
  { db, clock }: OperatorContext,
  validatorId: string,
  report: ValidatorReport,
): Promise<Answer> {
  const nowMilliseconds = clock.nowMilliseconds();
  const { lastSeq, lastHash } = await saveReport(db, validatorId, {
    report,
    now: new Date(nowMilliseconds),
  });
  return { now: instantOf(nowMilliseconds), journal: { lastSeq, lastHash: lastHash.toString('hex') } };
}
