/** Receipts: what a rider keeps of one movement of the wallet, as a page and as PDF. */
import { z } from 'zod';
import { instant, money, uuid } from './common.ts';
import type { Api } from './endpoint.ts';
import { movementKind, pass, paymentProviders } from './money.ts';
import { refund } from './refunds.ts';
import { riderTrip } from './rider-trip.ts';

export const receipt = z.strictObject({
  transactionId: uuid,
  /** For people to name it by. */
  number: z.string(),
  kind: movementKind,
  at: instant,
  /** Positive amounts came into the wallet. */
  amount: money,
  balanceAfter: money,
  subject: z.string(),
  /** What it was for: one of these, or none of them for corrections and the like. */
  topUp: z
    .strictObject({
      topUpId: uuid,
      provider: z.enum(paymentProviders),
      reference: z.string(),
      paidAt: instant,
    })
    .nullable(),
  pass: pass.nullable(),
  trip: z.strictObject({ cardId: uuid, trip: riderTrip }).nullable(),
  refund: refund.nullable(),
});
export type Receipt = z.output<typeof receipt>;

const params = z.strictObject({ transactionId: uuid });

export const receiptApi = {
  // First, so that the other's last part does not match it.
  'GET /v1/receipts/{transactionId}.pdf': {
    summary: 'The receipt as PDF, in Vietnamese with English beside it.',
    caller: 'rider',
    params,
    response: z.instanceof(Uint8Array),
    mediaType: 'application/pdf',
    problems: ['receipt_not_found'],
  },
  'GET /v1/receipts/{transactionId}': {
    summary: 'The receipt of one of my wallet’s movements.',
    caller: 'rider',
    params,
    response: receipt,
    problems: ['receipt_not_found'],
  },
} as const satisfies Api;
