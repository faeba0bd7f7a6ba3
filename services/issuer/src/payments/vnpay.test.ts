import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { withPublicVectors } from '../../tests/public-vectors.ts';
import {
  canonicalText,
  isSignedByVnpay,
  readVnpayReport,
  signVnpay,
  vnpayPayUrl,
  type VnpayParameters,
} from './vnpay.ts';

const secret = 'secret-of-the-tests-0123456789abcdef';

describe('the address to pay at', () => {
  const url = new URL(
    vnpayPayUrl('https://pay.example/vpcpay.html', secret, {
      tmnCode: 'VEDONG01',
      txnRef: 'VD8K3M2Q9ATC',
      amount: 50_000,
      orderInfo: 'Nap tien the ve VD8K3M2Q9ATC',
      returnUrl: 'https://issuer.example/?topUp=1',
      address: '203.0.113.7',
      createdAt: new Date('2026-11-23T17:30:00Z'),
      expiresAt: new Date('2026-11-23T18:00:00Z'),
    }),
  );
  const parameters = Object.fromEntries(url.searchParams);

  it('says what VNPay asks for, times in Vietnam', () => {
    const { vnp_SecureHash: _, ...said } = parameters;
    expect(said).toEqual({
      vnp_Version: '2.1.0',
      vnp_Command: 'pay',
      vnp_TmnCode: 'VEDONG01',
      vnp_Amount: '5000000',
      vnp_CurrCode: 'VND',
      vnp_TxnRef: 'VD8K3M2Q9ATC',
      vnp_OrderInfo: 'Nap tien the ve VD8K3M2Q9ATC',
      vnp_OrderType: 'other',
      vnp_Locale: 'vn',
      vnp_ReturnUrl: 'https://issuer.example/?topUp=1',
      vnp_IpAddr: '203.0.113.7',
      vnp_CreateDate: '20261124003000',
      vnp_ExpireDate: '20261124010000',
    });
  });

  it('is signed over exactly the text before the hash', () => {
    const [text, hash] = url.search.slice(1).split('&vnp_SecureHash=');
    expect(createHmac('sha512', secret).update(text!).digest('hex')).toBe(hash);
    expect(isSignedByVnpay(secret, parameters)).toBe(true);
  });
});

describe('what VNPay tells', () => {
  const report = {
    vnp_Amount: '5000000',
    vnp_PayDate: '20261123101500',
    vnp_ResponseCode: '00',
    vnp_TmnCode: 'VEDONG01',
    vnp_TransactionNo: '14422574',
    vnp_TransactionStatus: '00',
    vnp_TxnRef: 'VD8K3M2Q9ATC',
  };

  it('is read', () => {
    expect(readVnpayReport(report)).toEqual({
      tmnCode: 'VEDONG01',
      txnRef: 'VD8K3M2Q9ATC',
      transactionNo: '14422574',
      success: true,
      amountVnd: 50_000,
      paidAt: new Date('2026-11-23T10:15:00+07:00'),
    });
  });

  it.each([
    ['a response other than 00', { vnp_ResponseCode: '24' }],
    ['a status other than 00', { vnp_TransactionStatus: '02' }],
    ['no status', { vnp_TransactionStatus: '' }],
  ])('is no success with %s', (_, change) => {
    expect(readVnpayReport({ ...report, ...change })).toMatchObject({ success: false });
  });

  it.each([
    ['an amount of part of a dong', { vnp_Amount: '5000001' }],
    ['a negative amount', { vnp_Amount: '-5000000' }],
    ['no amount', { vnp_Amount: '' }],
    ['no transaction', { vnp_TransactionNo: '' }],
    ['no order', { vnp_TxnRef: '' }],
    ['no response', { vnp_ResponseCode: '' }],
  ])('is no report with %s', (_, change) => {
    expect(readVnpayReport({ ...report, ...change })).toBeUndefined();
  });

  it.each(['', '20261399101500', 'yesterday'])('at %j has no known time', (date) => {
    expect(readVnpayReport({ ...report, vnp_PayDate: date })).toMatchObject({ paidAt: null });
  });

  it('counts with the hash in capitals, and not with a hash that is text of any kind', () => {
    const signed = { ...report, vnp_SecureHash: signVnpay(secret, report).toUpperCase() };
    expect(isSignedByVnpay(secret, signed)).toBe(true);
    for (const hash of ['', 'é'.repeat(64), '0'.repeat(128), 'x'])
      expect(isSignedByVnpay(secret, { ...report, vnp_SecureHash: hash })).toBe(false);
  });
});

interface PublicCase {
  name: string;
  secret: string;
  params: VnpayParameters;
  signData: string;
  secureHash: string | null;
  success?: boolean;
  amountVnd?: number;
}
type PublicVectors = { accept: PublicCase[]; reject: PublicCase[] };

withPublicVectors('vnpay.json', (vectors) => {
  const { accept, reject } = vectors as PublicVectors;

  it.each(accept)('$name is signed and verified', ({ secret, params, signData, secureHash }) => {
    expect(canonicalText(params)).toBe(signData);
    expect(signVnpay(secret, params)).toBe(secureHash);
    expect(isSignedByVnpay(secret, { ...params, vnp_SecureHash: secureHash! })).toBe(true);
  });

  const reports = accept.filter(({ success }) => success !== undefined);
  it.each(reports)('$name says what was paid', ({ params, success, amountVnd }) => {
    expect(readVnpayReport(params)).toMatchObject({
      success,
      amountVnd,
      txnRef: params['vnp_TxnRef'],
      tmnCode: params['vnp_TmnCode'],
    });
  });

  it.each(reject)('$name is not verified', ({ secret, params, secureHash }) => {
    const signed = secureHash === null ? params : { ...params, vnp_SecureHash: secureHash };
    expect(isSignedByVnpay(secret, signed)).toBe(false);
  });
});
