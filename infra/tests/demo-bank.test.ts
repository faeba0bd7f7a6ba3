/** The demo bank against a stand-in of the issuer that keeps what it is told. */
import { generateKeyPairSync, verify } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { writeVietQr } from '@vedong/issuer/payments/vietqr';
import { instructTransfer } from '@vedong/issuer/payments/vietqr-refund';
import {
  checksumOf,
  readVnpayRefundAnswer,
  refundRequestFields,
  vnpayRefundRequest,
} from '@vedong/issuer/payments/vnpay-refund';
import { isSignedByVnpay, vnpayPayUrl } from '@vedong/issuer/payments/vnpay';
import { serve, type TestServer } from '@vedong/testing/http';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createBank } from '../src/demo/bank-app.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const secret = 'vnpay-secret-of-the-tests-0123456789';
const refundSecret = 'refund-secret-of-the-tests-0123456789';
let issuer: TestServer;
let bank: TestServer;
let told: { url: URL; body: string }[] = [];
beforeAll(async () => {
  const take = async (request: IncomingMessage) => {
    told.push({ url: new URL(request.url!, 'http://issuer'), body: await text(request) });
    return JSON.stringify({ outcome: 'credited', RspCode: '00', Message: '' });
  };
  issuer = await serve((request, response) => {
    void take(request).then((answer) => response.setHeader('content-type', 'application/json').end(answer));
  });
  bank = await serve(
    createBank({ issuerUrl: issuer.url, noticeKey: privateKey, vnpayHashSecret: secret, refundSecret }),
  );
});
beforeEach(() => {
  told = [];
});
afterAll(async () => {
  await bank.stop();
  await issuer.stop();
});

const post = (path: string, form: Record<string, string>) =>
  fetch(bank.url + path, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });

const code = writeVietQr({
  initiation: 'dynamic',
  bankBin: '970436',
  account: '0123456789',
  service: 'QRIBFTTA',
  amount: 50_000,
  billNumber: null,
  reference: null,
  purpose: '<b>VD0123456789AB',
});

it('shows a code before it pays it, and nothing of it becomes markup', async () => {
  const response = await fetch(`${bank.url}/vietqr?qr=${encodeURIComponent(code)}`);
  const page = await response.text();
  expect(page).toContain('KHÔNG CÓ TIỀN THẬT');
  expect(page).toContain('no real money');
  expect(page).toContain('value="50000"');
  expect(page).not.toContain('<b>VD');
  expect(page).not.toContain('<script');
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
});

it('pays a code and tells the issuer by a signed notice, twice, with the amount that was typed', async () => {
  const page = await (await post('/vietqr', { qr: code, amount: '60000' })).text();
  expect(page).toContain('Tiền đã vào ví');
  expect(told.map(({ url }) => url.pathname)).toEqual([
    '/v1/payment-notices/vietqr',
    '/v1/payment-notices/vietqr',
  ]);
  expect(told[0]).toEqual(told[1]);
  const { notice } = JSON.parse(told[0]!.body) as { notice: string };
  const [header, payload, signature] = notice.split('.') as [string, string, string];
  expect(
    verify(null, Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, 'base64url')),
  ).toBe(true);
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
    reference: expect.stringContaining('VD0123456789AB'),
    amount: 60_000,
    currency: 'VND',
  });
});

it.each([
  ['a broken code', { qr: code.replace('50000', '50001'), amount: '50000' }],
  ['no code', { amount: '50000' }],
  ['an amount of 0', { qr: code, amount: '0' }],
  ['half a dong', { qr: code, amount: '0.5' }],
])('refuses %s', async (_, form) => {
  expect((await post('/vietqr', form as unknown as Record<string, string>)).status).toBe(400);
  expect(told).toEqual([]);
});

const payUrl = () =>
  new URL(
    vnpayPayUrl(`${bank.url}/vnpay`, secret, {
      tmnCode: 'VEDONG01',
      txnRef: 'VD0123456789AB',
      amount: 50_000,
      orderInfo: 'Nap tien the ve',
      returnUrl: `${issuer.url}/#top-up/1`,
      address: '203.0.113.7',
      createdAt: new Date(),
      expiresAt: new Date(),
    }),
  );

it.each([
  ['pay', '00'],
  ['cancel', '24'],
])('as VNPay, on "%s" tells %s and sends the rider back', async (choice, response) => {
  expect(await (await fetch(payUrl())).text()).toContain('50.000 ₫');
  const order = Object.fromEntries(payUrl().searchParams);
  const answer = await post('/vnpay', { ...order, choice });
  const ipn = Object.fromEntries(told[0]!.url.searchParams);
  expect(isSignedByVnpay(secret, ipn)).toBe(true);
  expect(ipn).toMatchObject({
    vnp_ResponseCode: response,
    vnp_TxnRef: 'VD0123456789AB',
    vnp_Amount: '5000000',
  });
  expect(answer.status).toBe(303);
  const back = new URL(answer.headers.get('location')!);
  expect(back.hash).toBe('#top-up/1');
  expect(back.searchParams.get('vnp_ResponseCode')).toBe(response);
});

it('as VNPay, refuses an order with another amount than was signed', async () => {
  const order = { ...Object.fromEntries(payUrl().searchParams), vnp_Amount: '100' };
  expect((await post('/vnpay', { ...order, choice: 'pay' })).status).toBe(400);
  expect(told).toEqual([]);
});

it('says so where the issuer cannot be told', async () => {
  const lonely = await serve(
    createBank({
      issuerUrl: 'http://127.0.0.1:1',
      noticeKey: privateKey,
      vnpayHashSecret: secret,
      refundSecret,
    }),
  );
  const form = new URLSearchParams({ qr: code, amount: '50000' });
  expect((await fetch(`${lonely.url}/vietqr`, { method: 'POST', body: form })).status).toBe(502);
  await lonely.stop();
});

it('gives a transfer back once, and only by a signed instruction', async () => {
  const at = new Date('2026-11-23T10:00:00+07:00');
  const order = {
    refundId: '0193574e-1111-4000-8000-000000000001',
    amount: 20_000,
    payment: { transactionId: 'FT1', reference: 'VD0123456789AB', amount: 50_000, orderedAt: at },
    isWhole: false,
    isRepeated: false,
    at,
  };
  const url = `${bank.url}/vietqr/refunds`;
  const first = await instructTransfer({ url, secret: refundSecret }, order);
  expect(first.outcome).toBe('sent');
  expect(await instructTransfer({ url, secret: refundSecret }, order)).toEqual(first);
  const another = { url, secret: 'another-secret-of-the-tests-0123456789' };
  expect(await instructTransfer(another, order)).toEqual({ outcome: 'refused', code: 'bad_signature' });
});

it('as VNPay, gives a payment back once, and only for a right checksum', async () => {
  const at = new Date('2026-11-23T10:00:00+07:00');
  const request = vnpayRefundRequest('VEDONG01', {
    requestId: 'r1',
    isWhole: true,
    txnRef: 'VD0123456789AB',
    amount: 50_000,
    transactionNo: '14422574',
    orderedAt: at,
    by: 'vedong',
    at,
  });
  const ask = async (vnp_SecureHash: string) => {
    const response = await fetch(`${bank.url}/vnpay/transaction`, {
      method: 'POST',
      body: JSON.stringify({ ...request, vnp_SecureHash }),
    });
    return readVnpayRefundAnswer(secret, request, await response.json())?.code;
  };
  const right = checksumOf(secret, refundRequestFields, request);
  expect([await ask('00'), await ask(right), await ask(right)]).toEqual(['97', '00', '94']);
});
