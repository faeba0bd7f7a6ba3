/** Top-ups by bank transfer: a VietQR code to scan, and the signed notice by which our bank tells of each transfer. */
import { instant } from '@vedong/contracts';
import { compactVerify } from 'jose';
import { z } from 'zod';
import type { PaymentsConfig } from './config.ts';
import type { PaymentProvider } from './provider.ts';
import { findReference } from './reference.ts';
import { instructTransfer } from './vietqr-refund.ts';
import { writeVietQr } from './vietqr.ts';

const noticeType = 'payment-notice';
const noticeSchema = z.strictObject({
  noticeId: z.string().regex(/^[\w.:-]{1,64}$/),
  /** The transfer's text. */
  reference: z
    .string()
    .max(300)
    .regex(/^\P{C}*$/u),
  amount: z.int().min(1).max(1_000_000_000_000),
  currency: z.literal('VND'),
  at: instant,
});

/** Its notices are compact EdDSA JWS, as the contract's `POST /v1/payment-notices/vietqr` says. */
export const createVietqrProvider = ({
  bankBin,
  account,
  noticeKey,
  refund,
}: NonNullable<PaymentsConfig['vietqr']>): PaymentProvider<string> => ({
  name: 'vietqr',
  amountIsFixed: false,
  begin: ({ reference, amount }) => ({
    qrText: writeVietQr({
      initiation: 'dynamic',
      bankBin,
      account,
      service: 'QRIBFTTA',
      amount,
      billNumber: null,
      reference: null,
      purpose: reference,
    }),
    payUrl: null,
  }),
  async readNotice(notice) {
    const verified = await compactVerify(notice, noticeKey, { algorithms: ['EdDSA'] }).catch(() => undefined);
    if (verified?.protectedHeader.typ !== noticeType) return 'forged';
    const { data } = noticeSchema.safeParse(readJson(verified.payload));
    if (!data) return 'malformed';
    return {
      transactionId: data.noticeId,
      reference: findReference(data.reference) ?? data.reference,
      amount: data.amount,
      paidAt: new Date(data.at),
      isPaid: true,
    };
  },
  refund: refund && ((order) => instructTransfer(refund, order)),
});

function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
