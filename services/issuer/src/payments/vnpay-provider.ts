/** Top-ups by VNPay: the rider is sent to its page, and it tells us by its IPN. */
import ipaddr from 'ipaddr.js';
import type { PaymentsConfig } from './config.ts';
import type { PaymentProvider } from './provider.ts';
import { isSignedByVnpay, readVnpayReport, vnpayPayUrl, type VnpayParameters } from './vnpay.ts';

/** @param publicUrl where the rider comes back to, as `/#top-up/<id>` */
export const createVnpayProvider = (
  { tmnCode, hashSecret, payUrl }: NonNullable<PaymentsConfig['vnpay']>,
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
});

/** VNPay wants 7 to 45 characters, which `::1` is not. */
const payerAddress = (address: string): string =>
  ipaddr.isValid(address) ? ipaddr.process(address).toNormalizedString() : '0.0.0.0';
