/** What staff do about one validator or gate that is to be trusted less, or asked more of. */
import { z } from 'zod';
import { identifier, instant, shortName } from './common.ts';
import type { Api } from './endpoint.ts';

/** When a validator was revoked, by whom and why. */
export const revocation = z.strictObject({ at: instant, by: z.string(), reason: z.string() });
export type Revocation = z.output<typeof revocation>;

export const validatorTrustApi = {
  'POST /v1/validators/{validatorId}/revoke': {
    summary:
      'Revoke a validator for good: its enrolment code, batches and requests are refused from now on, and it stops opening when it hears so. It comes back only by a new enrolment.',
    caller: 'staff',
    params: z.strictObject({ validatorId: identifier }),
    body: z.strictObject({ reason: shortName }),
    response: revocation,
    problems: ['validator_not_found'],
  },
  'PUT /v1/gates/{gateId}/challenge': {
    summary: 'Whether a gate displays a challenge and takes only tickets that answer it.',
    caller: 'staff',
    params: z.strictObject({ gateId: identifier }),
    body: z.strictObject({ isShown: z.boolean() }),
    status: 204,
    problems: ['gate_not_found'],
  },
} as const satisfies Api;
