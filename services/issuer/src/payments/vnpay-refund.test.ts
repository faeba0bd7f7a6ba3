import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  checksumOf,
  readVnpayRefundAnswer,
  refundAnswerFields,
  refundRequestFields,
  vnpayRefundRequest,
} from './vnpay-refund.ts';

const secret = 'SECRETKEYSECRETKEYSECRETKEYSECRE';
const request = vnpayRefundRequest('VEDONG01', {
  requestId: '7d4c1f',
  isWhole: false,
  txnRef: 'VD0123456789AB',
  amount: 20_000,
  transactionNo: '14422574',
  orderedAt: new Date('2026-11-23T10:00:00+07:00'),
  by: 'vedong',
  at: new Date('2026-11-23T23:30:00+07:00'),
});

it('signs the values in the published order, joined by bars', () => {
  const text =
    '7d4c1f|2.1.0|refund|VEDONG01|03|VD0123456789AB|2000000|14422574|20261123100000|vedong|20261123233000|127.0.0.1|Hoan tien VD0123456789AB';
  expect(checksumOf(secret, refundRequestFields, request)).toBe(
    createHmac('sha512', secret).update(text).digest('hex'),
  );
});

const answer: Record<string, string> = {
  vnp_ResponseId: 'e1',
  vnp_Command: 'refund',
  vnp_ResponseCode: '00',
  vnp_Message: 'Refund success',
  vnp_TmnCode: 'VEDONG01',
  vnp_TxnRef: 'VD0123456789AB',
  vnp_Amount: '2000000',
  vnp_BankCode: 'NCB',
  vnp_PayDate: '20261123233001',
  vnp_TransactionNo: '14422580',
  vnp_TransactionType: '03',
  vnp_TransactionStatus: '05',
  vnp_OrderInfo: 'Hoan tien VD0123456789AB',
};
const signed = (values: Record<string, string>) => ({
  ...values,
  vnp_SecureHash: checksumOf(secret, refundAnswerFields, values),
});

it('reads an answer that VNPay signed', () => {
  expect(readVnpayRefundAnswer(secret, request, signed(answer))).toEqual({
    code: '00',
    status: '05',
    transactionNo: '14422580',
  });
});

it.each([
  ['unsigned', answer],
  ['changed after signing', { ...signed(answer), vnp_ResponseCode: '95' }],
  ['of another amount', signed({ ...answer, vnp_Amount: '2000100' })],
  ['of another payment', signed({ ...answer, vnp_TxnRef: 'VD0123456789AC' })],
  ['without a code', { vnp_SecureHash: '' }],
  ['no object', 'ok'],
])('believes no answer that is %s', (_what, told) => {
  expect(readVnpayRefundAnswer(secret, request, told)).toBeUndefined();
});
