/** Refunds: what a rider may have back, asking for it, and what staff decide where it is much. */
import { z } from 'zod';
import { instant, money, uuid } from './common.ts';
import type { Api } from './endpoint.ts';

export const refundStates = ['waiting', 'requested', 'sent', 'failed', 'refused'] as const;

export const refund = z.strictObject({
  refundId: uuid,
  of: z.enum(['top_up', 'pass', 'payment']),
  topUpId: uuid.nullable(),
  passId: uuid.nullable(),
  amount: money,
  state: z
    .enum(refundStates)
    .describe(
      'waiting: for staff; requested: taken from the wallet, the provider has it next; sent: the provider has taken it, or, of a pass, it is in the wallet; failed: the provider refused, it is in the wallet again; refused: by staff',
    ),
  /** The reference of a payment as the bank knows it, the name of a pass. */
  subject: z.string(),
  askedAt: instant,
  /** When it came to its last state; null while there may be another. */
  settledAt: instant.nullable(),
  /** Why staff refused. */
  reason: z.string().nullable(),
});
export type Refund = z.output<typeof refund>;

/** What may be given back of one top-up or pass now, and by which rule. */
export const refundOffer = z.strictObject({
  paid: money,
  /** At most this; 0 where there is nothing. */
  most: money,
  rule: z
    .enum([
      'what_is_left',
      'unused_whole',
      'days_left',
      'used_none',
      'ended',
      'given_back',
      'not_paid',
      'not_offered',
    ])
    .describe(
      'what_is_left: of a top-up, not more than the wallet holds; not_offered: the provider takes no refunds here',
    ),
  /** Larger ones wait for staff. */
  atOnceUpTo: money,
});
export type RefundOffer = z.output<typeof refundOffer>;

/** One of the two. */
const refundable = {
  topUpId: uuid.optional(),
  passId: uuid.optional(),
};
const isOne = ({ topUpId, passId }: { topUpId?: string | undefined; passId?: string | undefined }) =>
  (topUpId === undefined) !== (passId === undefined);

export const staffDecision = z.strictObject({
  decision: z.enum(['approve', 'refuse']),
  reason: z
    .string()
    .trim()
    .min(3)
    .max(300)
    .regex(/^\P{C}*$/u, 'must not hold control characters'),
});
/** Who decides, as the operator knows them; the issuer keeps it with the decision. */
export const staffName = z.strictObject({ email: z.email().max(200) });

/** A refund as staff see it: no rider is named. */
export const staffRefund = z.strictObject({
  ...refund.shape,
  provider: z.enum(['vietqr', 'vnpay']).nullable(),
  /** Approvals that it takes in all. */
  approvalsNeeded: z.int(),
  decisions: z.array(
    z.strictObject({
      by: z.string(),
      decision: z.enum(['approve', 'refuse']),
      reason: z.string(),
      at: instant,
    }),
  ),
  /** How often it was sent to the provider, and the code of its last answer. */
  tries: z.int(),
  providerAnswer: z.string().nullable(),
});
export type StaffRefund = z.output<typeof staffRefund>;

export const refundQueue = z.strictObject({ refunds: z.array(staffRefund) });
const refundParams = z.strictObject({ refundId: uuid });
export const queueQuery = z.strictObject({ show: z.enum(['waiting', 'all']).default('waiting') });
const decisionProblems = [
  'refund_not_found',
  'refund_not_waiting',
  'other_person_needed',
  'balance_too_low',
] as const;

export const refundApi = {
  'GET /v1/refund-offers': {
    summary: 'What I may have back of a top-up or pass now.',
    caller: 'rider',
    query: z.strictObject(refundable).refine(isOne, 'name a top-up or a pass'),
    response: refundOffer,
    problems: ['top_up_not_found', 'pass_not_found'],
  },
  'POST /v1/refunds': {
    summary: 'Ask for money back. Sent again with the same id, it is one refund.',
    caller: 'rider',
    body: z
      .strictObject({
        /** Made by the caller. */
        refundId: uuid,
        ...refundable,
        amount: z.int().min(1).max(100_000_000).describe('whole dong; of a pass, what the offer says'),
      })
      .refine(isOne, 'name a top-up or a pass'),
    status: 201,
    response: refund,
    problems: [
      'top_up_not_found',
      'pass_not_found',
      'refund_too_large',
      'refund_offer_changed',
      'refund_not_offered',
      'balance_too_low',
      'refund_id_used',
      'too_many_requests',
    ],
  },
  'GET /v1/refunds': {
    summary: 'My refunds, newest first, at most 100.',
    caller: 'rider',
    response: z.strictObject({ refunds: z.array(refund) }),
  },
  'GET /v1/staff/refunds': {
    summary: 'Refunds for staff: those that wait, the oldest first, or all, the newest first; at most 200.',
    caller: 'service',
    query: queueQuery,
    response: refundQueue,
  },
  'POST /v1/staff/refunds/{refundId}/decision': {
    summary: 'A staff member approves or refuses a refund.',
    caller: 'service',
    params: refundParams,
    body: z.strictObject({ ...staffDecision.shape, by: staffName }),
    response: staffRefund,
    problems: decisionProblems,
  },
} as const satisfies Api;

/** The same for the operator's console. */
export const staffRefundApi = {
  'GET /v1/refunds': {
    summary: 'Refunds that wait for staff, the oldest first, or all, the newest first; at most 200.',
    caller: 'staff',
    query: queueQuery,
    response: refundQueue,
    problems: ['issuer_unreachable'],
  },
  'POST /v1/refunds/{refundId}/decision': {
    summary: 'Approve or refuse a refund; recorded with who and why.',
    caller: 'staff',
    params: refundParams,
    body: staffDecision,
    response: staffRefund,
    problems: [...decisionProblems, 'issuer_unreachable'],
  },
} as const satisfies Api;
