/** Payments that came without a top-up they could be credited to: staff give each to its rider, or send it back. */
import { z } from 'zod';
import { instant, money } from './common.ts';
import type { Api } from './endpoint.ts';
import { queueQuery, staffDecision, staffName } from './refunds.ts';

const payment = {
  provider: z.enum(['vietqr', 'vnpay']),
  /** The provider's own. */
  transactionId: z.string().regex(/^[\w.:-]{1,64}$/),
};

export const unmatchedPayment = z.strictObject({
  ...payment,
  /** What the payer wrote, or VNPay's vnp_TxnRef. */
  reference: z.string(),
  amount: money,
  why: z.enum(['unknown_reference', 'wrong_amount', 'second_payment']),
  paidAt: instant,
  state: z.enum(['open', 'assigned', 'sent_back']),
  /** Who decided, and why; null while it is open. */
  decided: z
    .strictObject({ by: z.string(), reason: z.string(), at: instant, topUpReference: z.string().nullable() })
    .nullable(),
});
export type UnmatchedPayment = z.output<typeof unmatchedPayment>;

const decision = z.strictObject({
  ...payment,
  /** Of the rider's top-up, to assign it; null to send it back. */
  topUpReference: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^VD[0-9A-Z]{12}$/)
    .nullable(),
  reason: staffDecision.shape.reason,
});
const queue = z.strictObject({ payments: z.array(unmatchedPayment) });
const problems = [
  'payment_not_found',
  'payment_not_open',
  'reference_not_found',
  'refund_not_offered',
] as const;

export const unmatchedPaymentApi = {
  'GET /v1/staff/unmatched-payments': {
    summary:
      'Payments without a top-up: the open ones, the oldest first, or all, the newest first; at most 200.',
    caller: 'service',
    query: queueQuery,
    response: queue,
  },
  'POST /v1/staff/unmatched-payments/decision': {
    summary: 'Credit such a payment to the rider of a top-up, or send it back.',
    caller: 'service',
    body: z.strictObject({ ...decision.shape, by: staffName }),
    response: unmatchedPayment,
    problems,
  },
} as const satisfies Api;

export const staffUnmatchedPaymentApi = {
  'GET /v1/unmatched-payments': {
    summary:
      'Payments without a top-up: the open ones, the oldest first, or all, the newest first; at most 200.',
    caller: 'staff',
    query: queueQuery,
    response: queue,
    problems: ['issuer_unreachable'],
  },
  'POST /v1/unmatched-payments/decision': {
    summary: 'Credit such a payment to the rider of a top-up, or send it back; recorded with who and why.',
    caller: 'staff',
    body: decision,
    response: unmatchedPayment,
    problems: [...problems, 'issuer_unreachable'],
  },
} as const satisfies Api;
