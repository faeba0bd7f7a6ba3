/** Refunds from asking to the provider's answer: never more than was paid, once each, and the ledger agrees. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEvents } from '../src/events.ts';
import { readServiceConfig } from '../src/config.ts';
import { createPayments } from '../src/payments/top-ups.ts';
import { sendDueRefunds } from '../src/refunds/send-refunds.ts';
import { putTerms } from '../src/db/terms.ts';
import { silentLog } from '@vedong/runtime/log';
import { listUnbalancedWallets } from './ledger-sums.ts';
import { problemOf, startIssuer, type IssuerUnderTest, type Rider } from './issuer-under-test.ts';
import { balanceOf, makeTravellingCard, ride, sendCharges, type TravellingCard } from './money-under-test.ts';
import { startPaymentBank, type PaymentBank } from './payment-bank.ts';
import { products, terms } from './tariff-terms.ts';

let bank: PaymentBank;
let issuer: IssuerUnderTest;
let rider: Rider;
let riderCount = 0;
beforeAll(async () => {
  bank = await startPaymentBank();
  issuer = await startIssuer(bank.variables);
  await putTerms(issuer.db, terms);
});
beforeEach(async () => {
  issuer.clock.setNow(Date.parse('2026-11-23T10:00:00+07:00'));
  bank.reset();
  rider = await issuer.signIn(`09130001${String((riderCount += 1)).padStart(2, '0')}`);
});
afterAll(async () => {
  await issuer.stop();
  await bank.stop();
});

const turn = () =>
  sendDueRefunds({
    db: issuer.db,
    clock: issuer.clock,
    payments: createPayments(issuer.db, readServiceConfig(issuer.env).payments, issuer.env['PUBLIC_URL']!),
    events: createEvents(silentLog),
  });

const topUp = (amount: number, provider: 'vietqr' | 'vnpay' = 'vietqr', who = rider) =>
  bank.pay(issuer, who, { amount, provider });

const ask = (of: { topUpId: string } | { passId: string }, amount: number, refundId: string = randomUUID()) =>
  rider.call('POST /v1/refunds', { body: { refundId, ...of, amount } });

const stateOf = async (refundId: string) =>
  (await rider.call('GET /v1/refunds')).refunds.find((refund) => refund.refundId === refundId)?.state;

const decide = (refundId: string, decision: 'approve' | 'refuse', email = 'an@vedong.example') =>
  issuer.operator('POST /v1/staff/refunds/{refundId}/decision', {
    params: { refundId },
    body: { decision, reason: 'Khách đề nghị', by: { email } },
  });

const withoutRefunds = { VIETQR_REFUND_URL: undefined, VIETQR_REFUND_SECRET: undefined };

describe('of a top-up', () => {
  it.each(['vietqr', 'vnpay'] as const)(
    'leaves the wallet at once, and goes to the provider once: %s',
    async (provider) => {
      const topUpId = await topUp(50_000, provider);
      expect(await rider.call('GET /v1/refund-offers', { query: { topUpId } })).toMatchObject({
        paid: { amount: 50_000 },
        most: { amount: 50_000 },
        rule: 'what_is_left',
      });
      const refund = await ask({ topUpId }, 20_000);
      expect(refund).toMatchObject({ state: 'requested', of: 'top_up', topUpId });
      expect(await balanceOf(rider)).toBe(30_000);
      expect(await turn()).toBe(1);
      expect(await turn()).toBe(0);
      expect(await stateOf(refund.refundId)).toBe('sent');
      expect(bank.givenBack).toMatchObject([{ provider, amount: 20_000 }]);
      const [newest] = (await rider.call('GET /v1/wallet/entries', { query: {} })).entries;
      expect(newest).toMatchObject({ kind: 'refund', amount: { amount: -20_000 } });
    },
  );

  it('tells VNPay whether it is all of the payment', async () => {
    const topUpId = await topUp(50_000, 'vnpay');
    await ask({ topUpId }, 50_000);
    await turn();
    expect(bank.givenBack).toMatchObject([{ amount: 50_000, type: '02' }]);
    bank.reset();
    const other = await topUp(40_000, 'vnpay');
    await ask({ topUpId: other }, 10_000);
    await turn();
    await ask({ topUpId: other }, 30_000);
    await turn();
    expect(bank.givenBack.map(({ type }) => type)).toEqual(['03', '03']);
  });

  it('is never more than was paid, also with 50 requests at once', async () => {
    const topUpId = await topUp(50_000);
    await topUp(500_000);
    const answers = await Promise.allSettled(Array.from({ length: 50 }, () => ask({ topUpId }, 10_000)));
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    const codes = answers.flatMap((answer) =>
      answer.status === 'rejected' ? [(answer.reason as { code: string }).code] : [],
    );
    expect(new Set(codes)).toEqual(new Set(['refund_too_large']));
    expect(await balanceOf(rider)).toBe(500_000);
    await turn();
    expect(bank.givenBack.reduce((sum, { amount }) => sum + amount, 0)).toBe(50_000);
  });

  it('is one refund, however often the same is asked for', async () => {
    const topUpId = await topUp(50_000);
    const refundId = randomUUID();
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask({ topUpId }, 20_000, refundId)));
    expect(new Set(answers.map((refund) => refund.refundId))).toEqual(new Set([refundId]));
    expect(await balanceOf(rider)).toBe(30_000);
    expect(await problemOf(ask({ topUpId }, 10_000, refundId))).toEqual({
      status: 409,
      code: 'refund_id_used',
    });
  });

  it('larger than paid, or than what the wallet holds, is refused', async () => {
    const topUpId = await topUp(50_000);
    expect(await problemOf(ask({ topUpId }, 50_001))).toEqual({ status: 409, code: 'refund_too_large' });
    const card = await makeTravellingCard(rider);
    await sendCharges(issuer, ride(card.cardRef, '10:00'));
    expect(await problemOf(ask({ topUpId }, 42_000))).toEqual({ status: 409, code: 'refund_too_large' });
    expect(await rider.call('GET /v1/refund-offers', { query: { topUpId } })).toMatchObject({
      most: { amount: 41_000 },
    });
    await ask({ topUpId }, 41_000);
    expect(await problemOf(ask({ topUpId }, 1))).toEqual({ status: 409, code: 'balance_too_low' });
  });

  it('that the provider refuses comes back into the wallet, and may be asked for again', async () => {
    const topUpId = await topUp(50_000, 'vnpay');
    bank.answerRefundsWith('95');
    const { refundId } = await ask({ topUpId }, 50_000);
    await turn();
    expect(await stateOf(refundId)).toBe('failed');
    expect(await balanceOf(rider)).toBe(50_000);
    bank.reset();
    const again = await ask({ topUpId }, 50_000);
    await turn();
    expect(await stateOf(again.refundId)).toBe('sent');
  });

  it('that the bank refuses comes back into the wallet', async () => {
    const topUpId = await topUp(50_000);
    bank.answerRefundsWith('account_closed');
    const { refundId } = await ask({ topUpId }, 50_000);
    await turn();
    expect(await stateOf(refundId)).toBe('failed');
    expect(await balanceOf(rider)).toBe(50_000);
  });

  it.each(['vietqr', 'vnpay'] as const)(
    'whose answer is lost is asked for again, and given back once: %s',
    async (provider) => {
      const topUpId = await topUp(50_000, provider);
      const { refundId } = await ask({ topUpId }, 50_000);
      bank.loseAnswers(true);
      expect(await turn()).toBe(0);
      expect(await stateOf(refundId)).toBe('requested');
      bank.loseAnswers(false);
      expect(await turn()).toBe(0);
      issuer.clock.setNow(Date.parse('2026-11-23T10:05:00+07:00'));
      expect(await turn()).toBe(1);
      expect(await stateOf(refundId)).toBe('sent');
      expect(bank.givenBack).toHaveLength(1);
      expect(await balanceOf(rider)).toBe(0);
    },
  );

  it('is not believed by an answer of VNPay that it did not sign', async () => {
    const topUpId = await topUp(50_000, 'vnpay');
    const { refundId } = await ask({ topUpId }, 50_000);
    bank.forgeAnswers();
    await turn();
    expect(await stateOf(refundId)).toBe('requested');
  });

  it('of somebody else, unpaid, or of a provider that takes none back, is not there to have', async () => {
    const topUpId = await topUp(50_000);
    const other = await issuer.signIn(`09130009${String((riderCount += 1)).padStart(2, '0')}`);
    const body = { refundId: randomUUID(), topUpId, amount: 1 };
    expect(await problemOf(other.call('POST /v1/refunds', { body }))).toEqual({
      status: 404,
      code: 'top_up_not_found',
    });
    const unpaid = await rider.call('POST /v1/top-ups', { body: { provider: 'vietqr', amount: 10_000 } });
    expect(await rider.call('GET /v1/refund-offers', { query: { topUpId: unpaid.topUpId } })).toMatchObject({
      most: { amount: 0 },
      rule: 'not_paid',
    });
    expect(await problemOf(ask({ topUpId: unpaid.topUpId }, 1))).toEqual({
      status: 409,
      code: 'refund_too_large',
    });
    const deaf = await issuer.startAnother(withoutRefunds);
    const call = await fetch(`${deaf.url}/v1/refunds`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: rider.cookie },
      body: JSON.stringify({ refundId: randomUUID(), topUpId, amount: 1 }),
    });
    expect(await call.json()).toMatchObject({ code: 'refund_not_offered' });
    await deaf.stop();
  });
});

describe('for staff', () => {
  it('one above the first limit waits, and one approval sends it', async () => {
    const topUpId = await topUp(300_000);
    const { refundId, state } = await ask({ topUpId }, 300_000);
    expect(state).toBe('waiting');
    expect(await balanceOf(rider)).toBe(300_000);
    const { refunds } = await issuer.operator('GET /v1/staff/refunds', { query: {} });
    expect(refunds.find((refund) => refund.refundId === refundId)).toMatchObject({
      approvalsNeeded: 1,
      provider: 'vietqr',
      decisions: [],
    });
    expect(await decide(refundId, 'approve')).toMatchObject({
      state: 'requested',
      decisions: [{ by: 'an@vedong.example', decision: 'approve', reason: 'Khách đề nghị' }],
    });
    expect(await balanceOf(rider)).toBe(0);
    await turn();
    expect(await stateOf(refundId)).toBe('sent');
    expect(await problemOf(decide(refundId, 'refuse', 'binh@vedong.example'))).toEqual({
      status: 409,
      code: 'refund_not_waiting',
    });
  });

  it('one above the second limit takes two different people', async () => {
    const topUpId = await topUp(3_000_000);
    const { refundId } = await ask({ topUpId }, 3_000_000);
    expect(await decide(refundId, 'approve')).toMatchObject({ state: 'waiting', approvalsNeeded: 2 });
    expect(await problemOf(decide(refundId, 'approve', 'An@vedong.example'))).toEqual({
      status: 409,
      code: 'other_person_needed',
    });
    expect(await balanceOf(rider)).toBe(3_000_000);
    expect(await decide(refundId, 'approve', 'binh@vedong.example')).toMatchObject({ state: 'requested' });
    expect(await balanceOf(rider)).toBe(0);
  });

  it('of two people who decide at the same moment, the second decides nothing', async () => {
    const topUpId = await topUp(300_000);
    const { refundId } = await ask({ topUpId }, 300_000);
    const answers = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) => decide(refundId, 'approve', `s${index}@vedong.example`)),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await balanceOf(rider)).toBe(0);
  });

  it('a refusal says why, and frees the amount', async () => {
    const topUpId = await topUp(300_000);
    const { refundId } = await ask({ topUpId }, 300_000);
    await decide(refundId, 'refuse');
    const [refund] = (await rider.call('GET /v1/refunds')).refunds;
    expect(refund).toMatchObject({ state: 'refused', reason: 'Khách đề nghị' });
    await ask({ topUpId }, 100_000);
    expect(await balanceOf(rider)).toBe(200_000);
  });

  it('what has been spent meanwhile is not approved', async () => {
    const topUpId = await topUp(300_000);
    const { refundId } = await ask({ topUpId }, 300_000);
    const { cardRef } = await makeTravellingCard(rider);
    await sendCharges(issuer, ride(cardRef, '10:00'));
    expect(await problemOf(decide(refundId, 'approve'))).toEqual({ status: 409, code: 'balance_too_low' });
    expect(await stateOf(refundId)).toBe('waiting');
  });

  it('an unknown one is not found', async () => {
    expect(await problemOf(decide(randomUUID(), 'approve'))).toEqual({
      status: 404,
      code: 'refund_not_found',
    });
  });
});

describe('of a pass', () => {
  let card: TravellingCard;
  const buy = async (productNo: number) => {
    const { cardId } = card;
    const body = { productNo, purchaseId: randomUUID() };
    return (await rider.call('POST /v1/cards/{cardId}/passes', { params: { cardId }, body })).passId;
  };
  const offer = (passId: string) => rider.call('GET /v1/refund-offers', { query: { passId } });
  beforeEach(async () => {
    await topUp(1_000_000);
    card = await makeTravellingCard(rider);
  });

  it('that was not used is its whole price, into the wallet, and it covers nothing', async () => {
    const passId = await buy(products.network);
    expect(await offer(passId)).toMatchObject({ most: { amount: 200_000 }, rule: 'unused_whole' });
    expect(await ask({ passId }, 200_000)).toMatchObject({ state: 'sent', of: 'pass', subject: 'Vé tháng' });
    expect(await balanceOf(rider)).toBe(1_000_000);
    await sendCharges(issuer, ride(card.cardRef, '11:00'));
    expect(await balanceOf(rider)).toBe(991_000);
    expect(await offer(passId)).toMatchObject({ most: { amount: 0 }, rule: 'given_back' });
    expect(await problemOf(ask({ passId }, 200_000))).toEqual({ status: 409, code: 'refund_offer_changed' });
    // It can be bought again.
    await buy(products.network);
  });

  it('that was used is worth the days after today, and ends today', async () => {
    const passId = await buy(products.network);
    await sendCharges(issuer, ride(card.cardRef, '11:00'));
    expect(await balanceOf(rider)).toBe(800_000);
    // 29 of 30 days, rounded down to the dong.
    expect(await offer(passId)).toMatchObject({ most: { amount: 193_333 }, rule: 'days_left' });
    expect(await problemOf(ask({ passId }, 200_001))).toEqual({ status: 409, code: 'refund_too_large' });
    expect(await problemOf(ask({ passId }, 200_000))).toEqual({ status: 409, code: 'refund_offer_changed' });
    await ask({ passId }, 193_333);
    expect(await balanceOf(rider)).toBe(993_333);
    await sendCharges(issuer, ride(card.cardRef, '12:00'));
    expect(await balanceOf(rider)).toBe(993_333);
    const { passes } = await rider.call('GET /v1/cards/{cardId}/passes', { params: { cardId: card.cardId } });
    expect(passes[0]).toMatchObject({ isGivenBack: true, endsAt: '2026-11-23T20:00:00.000Z' });
  });

  it('that waits for staff has ended; refused, it covers again what was ridden meanwhile', async () => {
    const strict = await issuer.startAnother({ REFUND_AT_ONCE_UP_TO: '100000' });
    const passId = await buy(products.network);
    const refundId = randomUUID();
    const response = await fetch(`${strict.url}/v1/refunds`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: rider.cookie },
      body: JSON.stringify({ refundId, passId, amount: 200_000 }),
    });
    expect(await response.json()).toMatchObject({ state: 'waiting' });
    await strict.stop();
    await sendCharges(issuer, ride(card.cardRef, '11:00'));
    expect(await balanceOf(rider)).toBe(791_000);
    await decide(refundId, 'refuse');
    expect(await balanceOf(rider)).toBe(800_000);
    expect(await offer(passId)).toMatchObject({ rule: 'days_left' });
  });

  it('that has ended, or was used where used ones are worth nothing, gives nothing', async () => {
    const passId = await buy(products.network);
    await sendCharges(issuer, ride(card.cardRef, '11:00'));
    const mean = await issuer.startAnother({ REFUND_OF_PASSES: 'unused_only' });
    const answer = await fetch(`${mean.url}/v1/refund-offers?passId=${passId}`, {
      headers: { cookie: rider.cookie },
    });
    expect(await answer.json()).toMatchObject({ most: { amount: 0 }, rule: 'used_none' });
    await mean.stop();
    issuer.clock.setNow(Date.parse('2026-12-24T10:00:00+07:00'));
    expect(await offer(passId)).toMatchObject({ most: { amount: 0 }, rule: 'ended' });
  });

  it('of somebody else is not found', async () => {
    const passId = await buy(products.network);
    const other = await issuer.signIn(`09130008${String((riderCount += 1)).padStart(2, '0')}`);
    expect(await problemOf(other.call('GET /v1/refund-offers', { query: { passId } }))).toEqual({
      status: 404,
      code: 'pass_not_found',
    });
  });
});

it('leaves every wallet as its entries add up', async () => {
  expect(await listUnbalancedWallets(issuer.db)).toEqual([]);
});
