/** Top-ups by VNPay: the rider is sent to its page, and it tells us by its IPN. */
import ipaddr from 'ipaddr.js';
import type { PaymentsConfig } from './config.ts';
import { postJson } from './post-json.ts';
import type { PaymentProvider, RefundAnswer, RefundOrder } from './provider.ts';
import {
  checksumOf,
  readVnpayRefundAnswer,
  refundRequestFields,
  vnpayRefundRequest,
} from './vnpay-refund.ts';
import { isSignedByVnpay, readVnpayReport, vnpayPayUrl, type VnpayParameters } from './vnpay.ts';

/** @param publicUrl where the rider comes back to, as `/#top-up/<id>` */
export const createVnpayProvider = (
  { tmnCode, hashSecret, payUrl, apiUrl }: NonNullable<PaymentsConfig['vnpay']>,
  publicUrl: string,
): PaymentProvider<VnpayParameters> => ({
  name: 'vnpay',
  amountIsFixed: true,
  begin: ({ topUpId, reference, amount, createdAt, expiresAt, address }) => ({
    qrText: null,
    payUrl: vnpayPayUrl(payUrl, hashSecret, {
      tmnCode,
      txnRef: reference,
      amount,
      orderInfo: `Nap tien the ve ${reference}`,
      returnUrl: `${publicUrl}/#top-up/${topUpId}`,
      address: payerAddress(address),
      createdAt,
      expiresAt,
    }),
  }),
  readNotice(parameters) {
    if (!isSignedByVnpay(hashSecret, parameters)) return Promise.resolve('forged');
    const report = readVnpayReport(parameters);
    if (!report || report.tmnCode !== tmnCode) return Promise.resolve('malformed');
    return Promise.resolve({
      transactionId: report.transactionNo,
      reference: report.txnRef,
      amount: report.amountVnd,
      paidAt: report.paidAt,
      isPaid: report.success,
    });
  },
  refund: apiUrl === null ? null : (order) => askVnpay({ tmnCode, hashSecret, apiUrl }, order),
});

/** Refused for good; every other code is no answer, and is asked again. */
const refusals = new Set(['02', '03', '91', '95']);
const alreadyAsked = '94';
const statusRefused = '09';

async function askVnpay(
  { tmnCode, hashSecret, apiUrl }: { tmnCode: string; hashSecret: string; apiUrl: string },
  { refundId, amount, payment, isWhole, isRepeated, at }: RefundOrder,
): Promise<RefundAnswer> {
  const request = vnpayRefundRequest(tmnCode, {
    requestId: refundId.replaceAll('-', ''),
    isWhole,
    txnRef: payment.reference,
    amount,
    transactionNo: payment.transactionId,
    orderedAt: payment.orderedAt,
    by: 'vedong',
    at,
  });
  const vnp_SecureHash = checksumOf(hashSecret, refundRequestFields, request);
  const { answer } = await postJson(apiUrl, { ...request, vnp_SecureHash });
  const read = readVnpayRefundAnswer(hashSecret, request, answer);
  if (!read) throw new Error('VNPay’s answer to a refund is not signed by it');
  if (read.code === '00') {
    return read.status === statusRefused
      ? { outcome: 'refused', code: statusRefused }
      : { outcome: 'sent', code: read.transactionNo };
  }
  // Its answer to the first sending was lost.
  if (read.code === alreadyAsked && isRepeated) return { outcome: 'sent', code: alreadyAsked };
  if (refusals.has(read.code)) return { outcome: 'refused', code: read.code };
  throw new Error(`VNPay answered ${read.code} to a refund`);
}

/** VNPay wants 7 to 45 characters, which `::1` is not. */
const payerAddress = (address: string): string =>
  ipaddr.isValid(address) ? ipaddr.process(address).toNormalizedString() : '0.0.0.0';
