/** The `refund` command of VNPay 2.1.0 as published: its request, its answer, and the checksums of both. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { vnpayDate } from './vnpay.ts';

/** In the order in which their values are signed, joined by `|`. */
export const refundRequestFields = [
  'vnp_RequestId',
  'vnp_Version',
  'vnp_Command',
  'vnp_TmnCode',
  'vnp_TransactionType',
  'vnp_TxnRef',
  'vnp_Amount',
  'vnp_TransactionNo',
  'vnp_TransactionDate',
  'vnp_CreateBy',
  'vnp_CreateDate',
  'vnp_IpAddr',
  'vnp_OrderInfo',
] as const;
export const refundAnswerFields = [
  'vnp_ResponseId',
  'vnp_Command',
  'vnp_ResponseCode',
  'vnp_Message',
  'vnp_TmnCode',
  'vnp_TxnRef',
  'vnp_Amount',
  'vnp_BankCode',
  'vnp_PayDate',
  'vnp_TransactionNo',
  'vnp_TransactionType',
  'vnp_TransactionStatus',
  'vnp_OrderInfo',
] as const;

export type VnpayRefundRequest = Record<(typeof refundRequestFields)[number], string>;

/** Lower-case hex HMAC-SHA512 of the fields' values; a missing one counts as empty. */
export const checksumOf = (
  secret: string,
  fields: readonly string[],
  values: Readonly<Record<string, string>>,
): string =>
  createHmac('sha512', secret)
    .update(fields.map((name) => values[name] ?? '').join('|'))
    .digest('hex');

export function hasChecksum(
  secret: string,
  fields: readonly string[],
  values: Readonly<Record<string, string>>,
): boolean {
  const given = Buffer.from(values['vnp_SecureHash']?.toLowerCase() ?? '');
  const right = Buffer.from(checksumOf(secret, fields, values));
  return given.length === right.length && timingSafeEqual(given, right);
}

/** VNPay: `02` gives the whole payment back, `03` a part of it. */
export const vnpayRefundRequest = (
  tmnCode: string,
  refund: {
    requestId: string;
    isWhole: boolean;
    txnRef: string;
    amount: number;
    transactionNo: string;
    /** When the payment was ordered. */
    orderedAt: Date;
    by: string;
    at: Date;
  },
): VnpayRefundRequest => ({
  vnp_RequestId: refund.requestId,
  vnp_Version: '2.1.0',
  vnp_Command: 'refund',
  vnp_TmnCode: tmnCode,
  vnp_TransactionType: refund.isWhole ? '02' : '03',
  vnp_TxnRef: refund.txnRef,
  vnp_Amount: String(refund.amount * 100),
  vnp_TransactionNo: refund.transactionNo,
  vnp_TransactionDate: vnpayDate(refund.orderedAt),
  vnp_CreateBy: refund.by,
  vnp_CreateDate: vnpayDate(refund.at),
  vnp_IpAddr: '127.0.0.1',
  vnp_OrderInfo: `Hoan tien ${refund.txnRef}`,
});

const answerSchema = z
  .record(z.string(), z.string().max(300))
  .refine((answer) => 'vnp_ResponseCode' in answer);

/**
 * What VNPay answered: its code, `00` where it took the refund. Undefined where the answer is not signed by it, or
 * of another refund; what it says without a checksum (`97`, `99`) is believed by nobody.
 */
export function readVnpayRefundAnswer(
  secret: string,
  request: VnpayRefundRequest,
  answer: unknown,
): { code: string; status: string; transactionNo: string } | undefined {
  const { data } = answerSchema.safeParse(answer);
  if (!data || !hasChecksum(secret, refundAnswerFields, data)) return undefined;
  const isOfRequest = data['vnp_TxnRef'] === request.vnp_TxnRef && data['vnp_Amount'] === request.vnp_Amount;
  if (!isOfRequest) return undefined;
  return {
    code: data['vnp_ResponseCode'] ?? '',
    status: data['vnp_TransactionStatus'] ?? '',
    transactionNo: data['vnp_TransactionNo'] ?? '',
  };
}
