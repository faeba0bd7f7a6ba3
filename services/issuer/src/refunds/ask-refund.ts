/** A rider asks for money back: small amounts at once, larger ones wait for staff. */
import type { Refund, RefundOffer } from '@vedong/contracts';
import { ServiceError } from '@vedong/runtime/problem';
import { serviceDayAt } from '@vedong/travel';
import { lockWallets } from '../db/ledger.ts';
import { findPassOf, type PassRow } from '../db/passes.ts';
import { findRefund, insertRefund, listCreditedPayments, type CreditedPayment } from '../db/refunds.ts';
import { findTopUp } from '../db/top-ups.ts';
import type { Issuer } from '../issuer.ts';
import { vnd } from '../wallet.ts';
import { giveBackPass } from './give-back-pass.ts';
import { approvalsNeeded, offerForPass } from './policy.ts';
import { postRefund } from './post-refund.ts';
import { toRefund } from './show-refunds.ts';

/** One of the two. */
export interface Refundable {
  topUpId?: string | undefined;
  passId?: string | undefined;
}

interface Found {
  offer: RefundOffer;
  pass: PassRow | null;
  payment: CreditedPayment | null;
}

/** Throws `top_up_not_found`, `pass_not_found`; somebody else's is not found either. */
export async function getRefundOffer(issuer: Issuer, riderId: string, of: Refundable): Promise<RefundOffer> {
  return issuer.db.transaction().execute(async (trx) => {
    const balance = (await lockWallets(trx, [riderId])).get(riderId)!;
    const { offer } = await findOffer({ ...issuer, db: trx }, { riderId, balance }, of);
    return offer;
  });
}

/**
 * Makes the refund, or finds it made. The lock on the wallet makes requests of one rider wait for each other, so that
 * many at once give back no more than was paid. Throws `top_up_not_found`, `pass_not_found`, `refund_too_large`,
 * `refund_offer_changed`, `refund_not_offered`, `balance_too_low`, `refund_id_used`, `too_many_requests`.
 */
export async function askRefund(
  issuer: Issuer,
  riderId: string,
  wanted: Refundable & { refundId: string; amount: number },
): Promise<Refund> {
  const { db, clock, config, payments } = issuer;
  await payments.countRefund(riderId);
  const now = new Date(clock.nowMilliseconds());
  const refundId = wanted.refundId.toLowerCase();
  await db.transaction().execute(async (trx) => {
    const balance = (await lockWallets(trx, [riderId])).get(riderId)!;
    const before = await findRefund(trx, refundId);
    if (before) {
      const isSame =
        before.rider_id === riderId &&
        before.amount === wanted.amount &&
        (before.pass_id ?? before.top_up_id) === (wanted.passId ?? wanted.topUpId)?.toLowerCase();
      if (isSame) return;
      throw new ServiceError(409, 'refund_id_used', {
        detail: 'Another refund has this refundId. Make a new one for a new refund.',
      });
    }
    const { offer, pass, payment } = await findOffer({ ...issuer, db: trx }, { riderId, balance }, wanted);
    requireOffered(offer, { amount: wanted.amount, isPass: pass !== null });
    const needsStaff = approvalsNeeded(wanted.amount, config.refunds) > 0;
    await insertRefund(trx, {
      refund_id: refundId,
      rider_id: riderId,
      provider: payment?.provider ?? null,
      transaction_id: payment?.transactionId ?? null,
      pass_id: pass?.pass_id ?? null,
      amount: wanted.amount,
      state: 'waiting',
      asked_at: now,
      next_try_at: now,
    });
    // A pass stops when its money is asked for: days ridden while staff decide would be given back too.
    if (pass) await giveBackPass(trx, pass, { now, calendar: config.calendar });
    if (!needsStaff) await postRefund(trx, (await findRefund(trx, refundId))!, now);
  });
  return toRefund((await findRefund(db, refundId))!);
}

async function findOffer(
  { db, clock, config, payments }: Issuer,
  { riderId, balance }: { riderId: string; balance: number },
  { topUpId, passId }: Refundable,
): Promise<Found> {
  const atOnceUpTo = vnd(config.refunds.atOnceUpTo);
  if (passId !== undefined) {
    const pass = await findPassOf(db, riderId, passId);
    if (!pass) throw new ServiceError(404, 'pass_not_found', { detail: 'You have no such pass.' });
    const today = serviceDayAt(clock.nowMilliseconds() / 1000, config.calendar);
    const { amount, rule } = offerForPass(toRefundable(pass), today, config.refunds.ofPasses);
    return { offer: { paid: pass.product.price, most: vnd(amount), rule, atOnceUpTo }, pass, payment: null };
  }
  const topUp = await findTopUp(db, riderId, topUpId!);
  if (!topUp) throw new ServiceError(404, 'top_up_not_found', { detail: 'You have no such top-up.' });
  const offered = (most: number, rule: RefundOffer['rule']): RefundOffer => {
    return { paid: vnd(topUp.paid_amount), most: vnd(most), rule, atOnceUpTo };
  };
  const [payment = null] = await listCreditedPayments(db, topUp.top_up_id);
  if (!payment) return { offer: offered(0, 'not_paid'), pass: null, payment };
  if (!payments[topUp.provider]?.refund) return { offer: offered(0, 'not_offered'), pass: null, payment };
  if (payment.left <= 0) return { offer: offered(0, 'given_back'), pass: null, payment };
  const most = Math.max(0, Math.min(payment.left, balance));
  return { offer: offered(most, 'what_is_left'), pass: null, payment };
}

const toRefundable = (pass: PassRow) => ({
  priceAmount: pass.product.price.amount,
  durationDays: pass.product.durationDays,
  isUsed: pass.first_used_at !== null,
  isGivenBack: pass.is_given_back,
  endsEarlyOn: pass.ends_early_on,
  lastDay: pass.last_day,
});

function requireOffered(
  { paid, most, rule }: RefundOffer,
  { amount, isPass }: { amount: number; isPass: boolean },
): void {
  if (rule === 'not_offered') {
    throw new ServiceError(409, 'refund_not_offered', {
      detail: 'Payments of this kind cannot be given back here. The money stays in the wallet.',
    });
  }
  if (amount > paid.amount) throw tooLarge(`Only ${paid.amount} VND was paid.`);
  if (isPass && amount !== most.amount) {
    throw new ServiceError(409, 'refund_offer_changed', {
      detail: `This pass is worth ${most.amount} VND now. Look at the offer again.`,
    });
  }
  if (amount <= most.amount) return;
  if (rule === 'what_is_left' && most.amount === 0) {
    throw new ServiceError(409, 'balance_too_low', {
      detail: 'The wallet is empty: what was paid has been spent.',
    });
  }
  throw tooLarge(`At most ${most.amount} VND can be given back of it now.`);
}

const tooLarge = (detail: string) => new ServiceError(409, 'refund_too_large', { detail });
