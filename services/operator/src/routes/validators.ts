/** Validators: announced by staff, enrolled and configured by themselves, their journals taken. */
import { createRateLimiter } from '@vedong/runtime/rate-limit';
import { ServiceError } from '@vedong/runtime/problem';
import type { OperatorContext } from '../context.ts';
import { listQuarantined } from '../db/quarantine.ts';
import { listValidators } from '../db/validators.ts';
import { announceValidator, enrolValidator, fetchConfiguration } from '../enrol-validator.ts';
import { revokeValidator, showChallenge } from '../revoke-validator.ts';
import { takeTapBatch } from '../take-tap-batch.ts';
import { takeValidatorReport } from '../take-validator-report.ts';
import type { OperatorHandlers } from './handlers.ts';

export const enrolmentLimit = { name: 'enrolment-address', tries: 20, perSeconds: 900 } as const;

/** As the contract says. */
const quarantinedMost = 200;

export function validatorRoutes(context: OperatorContext, rootKey: Record<string, unknown>) {
  const addressLimit = createRateLimiter(context.db, enrolmentLimit);
  return {
    'POST /v1/validators': ({ body }) => announceValidator(context, body.name),
    'GET /v1/validators': async () => ({ validators: await listValidators(context.db) }),
    'GET /v1/validators/{validatorId}/quarantined-taps': async ({ params }) => ({
      records: await listQuarantined(context.db, { ...params, limit: quarantinedMost }),
    }),
    'POST /v1/validators/enrol': async ({ body, request }) => {
      const address = request.ip ?? '';
      await addressLimit.count(address);
      const configuration = await enrolValidator(context, body.request);
      await addressLimit.forget(address);
      return { configuration, rootKey };
    },
    'GET /v1/validators/{validatorId}/configuration': ({ params, query, who }) => {
      if (params.validatorId !== who) {
        throw new ServiceError(403, 'not_allowed', {
          detail: 'A validator may ask for its own configuration only.',
        });
      }
      return fetchConfiguration(context, who, query.held ?? 0);
    },
    'POST /v1/validators/{validatorId}/reports': ({ params, body, who }) => {
      if (params.validatorId !== who) {
        throw new ServiceError(403, 'not_allowed', { detail: 'A validator may report of itself only.' });
      }
      return takeValidatorReport(context, who, body);
    },
    'POST /v1/validators/{validatorId}/revoke': ({ params, body, who }) =>
      revokeValidator(context, params.validatorId, { by: who.email, reason: body.reason }),
    'PUT /v1/gates/{gateId}/challenge': ({ params, body }) =>
      showChallenge(context.db, params.gateId, body.isShown),
    'POST /v1/tap-batches': ({ body }) => takeTapBatch(context, body.batch),
  } satisfies Partial<OperatorHandlers>;
}
