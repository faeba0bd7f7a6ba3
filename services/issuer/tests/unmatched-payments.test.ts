/** Payments without a top-up: given to a rider or sent back, once. */
import { randomUUID } from 'node:crypto';
import { silentLog } from '@vedong/runtime/log';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { readServiceConfig } from '../src/config.ts';
import { createEvents } from '../src/events.ts';
import { createPayments } from '../src/payments/top-ups.ts';
import { readVietQr } from '../src/payments/vietqr.ts';
import { sendDueRefunds } from '../src/refunds/send-refunds.ts';
import { problemOf, startIssuer, type IssuerUnderTest, type Rider } from './issuer-under-test.ts';
import { balanceOf } from './money-under-test.ts';
import { startPaymentBank, type PaymentBank } from './payment-bank.ts';

let bank: PaymentBank;
let issuer: IssuerUnderTest;
let rider: Rider;
let riderCount = 0;
let noticeId: string;
let topUp: { topUpId: string; reference: string };
beforeAll(async () => {
  bank = await startPaymentBank();
  issuer = await startIssuer(bank.variables);
});
beforeEach(async () => {
  bank.reset();
  rider = await issuer.signIn(`09150001${String((riderCount += 1)).padStart(2, '0')}`);
  const begun = await rider.call('POST /v1/top-ups', { body: { provider: 'vietqr', amount: 50_000 } });
  topUp = { topUpId: begun.topUpId, reference: readVietQr(begun.qrText!).purpose! };
  noticeId = `FT${randomUUID()}`;
  await bank.tell(issuer, { noticeId, reference: 'nap tien ve', amount: 50_000 });
});
afterAll(async () => {
  await issuer.stop();
  await bank.stop();
});

const list = async (show: 'waiting' | 'all' = 'waiting') =>
  (await issuer.operator('GET /v1/staff/unmatched-payments', { query: { show } })).payments;
const find = async (show: 'waiting' | 'all' = 'waiting') =>
  (await list(show)).find(({ transactionId }) => transactionId === noticeId);
const decide = (topUpReference: string | null, transactionId = noticeId) =>
  issuer.operator('POST /v1/staff/unmatched-payments/decision', {
    body: {
      provider: 'vietqr',
      transactionId,
      topUpReference,
      reason: 'Khách gọi đến',
      by: { email: 'An@vedong.example' },
    },
  });
const turn = () =>
  sendDueRefunds({
    db: issuer.db,
    clock: issuer.clock,
    payments: createPayments(issuer.db, readServiceConfig(issuer.env).payments, issuer.env['PUBLIC_URL']!),
    events: createEvents(silentLog),
  });

it('assigned to a top-up’s rider it is in the wallet, once, and can be given back from there', async () => {
  expect(await find()).toMatchObject({ why: 'unknown_reference', reference: 'nap tien ve', state: 'open' });
  expect(await decide(topUp.reference.toLowerCase())).toMatchObject({
    state: 'assigned',
    decided: { by: 'an@vedong.example', reason: 'Khách gọi đến', topUpReference: topUp.reference },
  });
  expect(await balanceOf(rider)).toBe(50_000);
  expect(await problemOf(decide(topUp.reference))).toEqual({ status: 409, code: 'payment_not_open' });
  expect(await balanceOf(rider)).toBe(50_000);
  expect(await find()).toBeUndefined();
  expect(await find('all')).toMatchObject({ state: 'assigned' });
  const { topUpId } = topUp;
  const body = { refundId: randomUUID(), topUpId, amount: 50_000 };
  expect(await rider.call('POST /v1/refunds', { body })).toMatchObject({ state: 'requested', topUpId });
  await turn();
  expect(bank.givenBack).toMatchObject([{ amount: 50_000 }]);
  const { entries } = await rider.call('GET /v1/wallet/entries', { query: {} });
  const { transactionId } = entries.find(({ kind }) => kind === 'top_up')!;
  const receipt = await rider.call('GET /v1/receipts/{transactionId}', { params: { transactionId } });
  expect(receipt.topUp).toMatchObject({ topUpId });
});

it('is decided once, also by many at once', async () => {
  const answers = await Promise.allSettled(Array.from({ length: 10 }, () => decide(topUp.reference)));
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await balanceOf(rider)).toBe(50_000);
});

it('sent back it goes to the provider and touches no wallet', async () => {
  expect(await decide(null)).toMatchObject({ state: 'sent_back' });
  expect(await turn()).toBe(1);
  expect(bank.givenBack).toMatchObject([{ provider: 'vietqr', amount: 50_000 }]);
  expect(await balanceOf(rider)).toBe(0);
  const { refunds } = await issuer.operator('GET /v1/staff/refunds', { query: { show: 'all' } });
  expect(refunds.find((refund) => refund.of === 'payment')).toMatchObject({
    state: 'sent',
    subject: 'nap tien ve',
  });
});

it('that could not be sent back waits for staff again', async () => {
  bank.answerRefundsWith('account_closed');
  await decide(null);
  await turn();
  expect(await find()).toMatchObject({ state: 'open', decided: null });
});

it('an unknown reference or payment is not found', async () => {
  expect(await problemOf(decide('VD000000000000'))).toEqual({ status: 404, code: 'reference_not_found' });
  expect(await problemOf(decide(null, 'FT0'))).toEqual({ status: 404, code: 'payment_not_found' });
  expect(await find()).toMatchObject({ state: 'open' });
});

it('a provider that takes nothing back is not asked', async () => {
  const deaf = await issuer.startAnother({ VIETQR_REFUND_URL: undefined, VIETQR_REFUND_SECRET: undefined });
  const answer = await fetch(`${deaf.url}/v1/staff/unmatched-payments/decision`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${issuer.env['SERVICE_TOKEN']}` },
    body: JSON.stringify({
      provider: 'vietqr',
      transactionId: noticeId,
      topUpReference: null,
      reason: 'Khách gọi đến',
      by: { email: 'an@vedong.example' },
    }),
  });
  expect(await answer.json()).toMatchObject({ code: 'refund_not_offered' });
  await deaf.stop();
});
