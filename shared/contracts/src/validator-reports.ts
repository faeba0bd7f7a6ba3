/** What a validator says of itself to the operator, so that staff see the gates' state and what is wrong. */
import { degradedConditions } from '@vedong/travel';
import { z } from 'zod';
import { identifier, instant } from './common.ts';
import type { Api } from './endpoint.ts';

export const clockReport = z.strictObject({
  state: z.enum(['trusted', 'unsure']),
  /** The machine's clock less the trusted time; null while nobody has told the time. */
  offsetMilliseconds: z.int().nullable(),
  /** Since the time was last told. */
  ageSeconds: z.int().min(0).nullable(),
});
export type ClockReport = z.output<typeof clockReport>;

export const journalReport = z.strictObject({
  state: z.enum(['well', 'full', 'failing']).describe('full: little room left; failing: nothing is opened'),
  lastSeq: z.int(),
  unsent: z.int(),
  /** Taps that the operator put aside. */
  quarantined: z.int(),
  /** Times that a damaged journal was cut back to its good part. */
  cuts: z.int(),
});
export type JournalReport = z.output<typeof journalReport>;

export const validatorReport = z.strictObject({
  clock: clockReport,
  journal: journalReport,
  conditions: z.array(z.enum(degradedConditions)).max(degradedConditions.length),
});
export type ValidatorReport = z.output<typeof validatorReport>;

export const validatorReportApi = {
  'POST /v1/validators/{validatorId}/reports': {
    summary:
      'A validator’s state; the answer says how far the operator has its journal, and its `Date` header the time.',
    caller: 'validator',
    params: z.strictObject({ validatorId: identifier }),
    body: validatorReport,
    response: z.strictObject({
      now: instant,
      journal: z
        .strictObject({ lastSeq: z.int(), lastHash: z.string().regex(/^[0-9a-f]{64}$/) })
        .describe('the last record kept and the chain hash after it'),
    }),
    problems: ['not_signed_in', 'not_allowed'],
  },
} as const satisfies Api;
