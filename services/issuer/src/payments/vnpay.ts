/** VNPay 2.1.0 as published: the address a rider pays at, and what VNPay tells us (its IPN). */
import { createHmac, timingSafeEqual } from 'node:crypto';

export type VnpayParameters = Readonly<Record<string, string>>;

export interface VnpayOrder {
  tmnCode: string;
  /** Ours; VNPay takes it once. */
  txnRef: string;
  /** Whole dong. */
  amount: number;
  /** Without diacritics and special characters. */
  orderInfo: string;
  returnUrl: string;
  /** Network address of the payer. */
  address: string;
  createdAt: Date;
  expiresAt: Date;
}

/** What an IPN says once its signature is right. */
export interface VnpayReport {
  tmnCode: string;
  txnRef: string;
  /** VNPay's own; `0` where nothing was paid. */
  transactionNo: string;
  success: boolean;
  amountVnd: number;
  paidAt: Date | null;
}

/** What merchants answer to an IPN; VNPay tells again, up to ten times, after anything but 00 and 02. */
export const ipnAnswers = {
  confirmed: { RspCode: '00', Message: 'Confirm Success' },
  orderNotFound: { RspCode: '01', Message: 'Order not found' },
  alreadyConfirmed: { RspCode: '02', Message: 'Order already confirmed' },
  invalidAmount: { RspCode: '04', Message: 'Invalid amount' },
  invalidSignature: { RspCode: '97', Message: 'Invalid signature' },
  unknownError: { RspCode: '99', Message: 'Unknown error' },
} as const;

/** What is signed: keys in ASCII order, values form-encoded, without the hash itself, empty and foreign parameters. */
export const canonicalText = (parameters: VnpayParameters): string =>
  new URLSearchParams(
    Object.entries(parameters)
      .filter(([key, value]) => key.startsWith('vnp_') && !key.startsWith('vnp_SecureHash') && value !== '')
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  ).toString();

/** Lower-case hex HMAC-SHA512. */
export const signVnpay = (secret: string, parameters: VnpayParameters): string =>
  createHmac('sha512', secret).update(canonicalText(parameters)).digest('hex');

export function isSignedByVnpay(secret: string, parameters: VnpayParameters): boolean {
  const given = Buffer.from(parameters['vnp_SecureHash']?.toLowerCase() ?? '');
  const right = Buffer.from(signVnpay(secret, parameters));
  return given.length === right.length && timingSafeEqual(given, right);
}

/** Where the rider pays. */
export function vnpayPayUrl(payUrl: string, secret: string, order: VnpayOrder): string {
  const parameters = {
    vnp_Version: '2.1.0',
    vnp_Command: 'pay',
    vnp_TmnCode: order.tmnCode,
    vnp_Amount: String(order.amount * 100),
    vnp_CurrCode: 'VND',
    vnp_TxnRef: order.txnRef,
    vnp_OrderInfo: order.orderInfo,
    vnp_OrderType: 'other',
    vnp_Locale: 'vn',
    vnp_ReturnUrl: order.returnUrl,
    vnp_IpAddr: order.address,
    vnp_CreateDate: vnpayDate(order.createdAt),
    vnp_ExpireDate: vnpayDate(order.expiresAt),
  };
  return `${payUrl}?${canonicalText(parameters)}&vnp_SecureHash=${signVnpay(secret, parameters)}`;
}

/** Reads parameters that are known to be signed; undefined where they are no report of a payment. */
export function readVnpayReport(parameters: VnpayParameters): VnpayReport | undefined {
  const {
    vnp_Amount: amount = '',
    vnp_ResponseCode: response,
    vnp_TransactionStatus: status,
    vnp_TransactionNo: transactionNo = '',
    vnp_TmnCode: tmnCode = '',
    vnp_TxnRef: txnRef = '',
    vnp_PayDate: payDate = '',
  } = parameters;
  const isReport = /^\d{1,12}00$/.test(amount) && /^\d{1,20}$/.test(transactionNo) && response && txnRef;
  if (!isReport) return undefined;
  return {
    tmnCode,
    txnRef,
    transactionNo,
    success: response === '00' && status === '00',
    amountVnd: Number(amount) / 100,
    paidAt: readVnpayDate(payDate),
  };
}

const vietnamOffsetMilliseconds = 7 * 3_600_000;

/** `yyyyMMddHHmmss` at UTC+7, whatever the zone of the service. */
export const vnpayDate = (at: Date): string =>
  new Date(at.getTime() + vietnamOffsetMilliseconds).toISOString().replaceAll(/\D/g, '').slice(0, 14);

function readVnpayDate(text: string): Date | null {
  const iso = text.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:$6+07:00');
  const at = new Date(iso);
  return iso === text || Number.isNaN(at.getTime()) ? null : at;
}
