/** Sends refunds of payments to their providers until each has been taken or refused. */
import { lockWallets } from '../db/ledger.ts';
import { changeRefund, leaseDueRefunds, type DueRefund } from '../db/refunds.ts';
import { reopenPayment } from '../db/unmatched-payments.ts';
import type { Issuer } from '../issuer.ts';
import { postRefundBack } from './post-refund.ts';

const mostAtOnce = 20;

export type RefundSender = Pick<Issuer, 'db' | 'clock' | 'payments' | 'events'>;

/**
 * One turn; gives how many refunds came to an end. What a provider does not answer waits for a later turn, with
 * growing pauses up to an hour: it may have been taken, so it is neither given up nor put back into the wallet.
 */
export async function sendDueRefunds(issuer: RefundSender): Promise<number> {
  const now = new Date(issuer.clock.nowMilliseconds());
  const due = await leaseDueRefunds(issuer.db, { now, limit: mostAtOnce });
  const ended = await Promise.all(due.map((refund) => send(issuer, refund, now)));
  return ended.filter(Boolean).length;
}

async function send(issuer: RefundSender, refund: DueRefund, now: Date): Promise<boolean> {
  const { refundId, riderId, provider, amount } = refund;
  const ask = issuer.payments[provider]?.refund;
  if (!ask) return false;
  const answer = await ask({
    refundId,
    amount,
    payment: {
      transactionId: refund.transactionId,
      reference: refund.reference,
      amount: refund.paymentAmount,
      orderedAt: refund.orderedAt,
    },
    isWhole: amount === refund.paymentAmount && refund.givenBackBefore === 0,
    isRepeated: refund.tries > 1,
    at: now,
  }).catch((error: unknown) => {
    issuer.events.refundUnanswered(refundId, provider, error);
    return null;
  });
  if (!answer) {
    await changeRefund(issuer.db, refundId, { provider_answer: 'no_answer' });
    return false;
  }
  const isSent = answer.outcome === 'sent';
  await issuer.db.transaction().execute(async (trx) => {
    if (!isSent && riderId !== null) {
      await lockWallets(trx, [riderId]);
      await postRefundBack(trx, { ...refund, riderId }, now);
    }
    if (!isSent && riderId === null) await reopenPayment(trx, refund);
    await changeRefund(trx, refundId, {
      state: isSent ? 'sent' : 'failed',
      settled_at: now,
      provider_answer: answer.code,
    });
  });
  issuer.events.refundEnded(refundId, provider, answer.outcome);
  return true;
}
