/** Payments without a top-up: staff give each to the rider of a top-up, or send it back. */
import type { UnmatchedPayment } from '@vedong/contracts';
import { instantOf } from '@vedong/runtime/clock';
import { ServiceError } from '@vedong/runtime/problem';
import { clearingOf, lockWallets, move, postTransaction, walletOf } from '../db/ledger.ts';
import { insertDecision, insertRefund } from '../db/refunds.ts';
import { addPaidAmount } from '../db/top-ups.ts';
import {
  decidePayment,
  findUnmatched,
  listUnmatched,
  lockPayment,
  lockTopUpByReference,
  type PaymentKey,
  type UnmatchedRow,
} from '../db/unmatched-payments.ts';
import type { IssuerDb } from '../db/database.ts';
import type { Issuer } from '../issuer.ts';
import { vnd } from '../wallet.ts';

const mostForStaff = 200;

export const listUnmatchedPayments = async (
  db: IssuerDb,
  show: 'waiting' | 'all',
): Promise<UnmatchedPayment[]> => (await listUnmatched(db, show, mostForStaff)).map(toUnmatchedPayment);

export interface PaymentDecision extends PaymentKey {
  /** Null: send it back. */
  topUpReference: string | null;
  reason: string;
  by: { email: string };
}

/** Throws `payment_not_found`, `payment_not_open`, `reference_not_found`, `refund_not_offered`. */
export async function decideUnmatched(
  issuer: Pick<Issuer, 'db' | 'clock' | 'payments' | 'newId'>,
  decision: PaymentDecision,
): Promise<UnmatchedPayment> {
  const now = new Date(issuer.clock.nowMilliseconds());
  await issuer.db.transaction().execute(async (trx) => {
    await lockPayment(trx, decision);
    const payment = await findUnmatched(trx, decision);
    if (!payment) {
      throw new ServiceError(404, 'payment_not_found', { detail: 'There is no such payment to decide on.' });
    }
    if (payment.decision !== null) {
      throw new ServiceError(409, 'payment_not_open', { detail: 'This payment has been decided already.' });
    }
    const { topUpReference } = decision;
    const topUpId =
      topUpReference === null
        ? await sendBack(trx, issuer, { decision, amount: payment.amount, now })
        : await assign(trx, { topUpReference, payment, now });
    await decidePayment(trx, decision, {
      decision: topUpId === null ? 'sent_back' : 'assigned',
      decided_by: decision.by.email.toLowerCase(),
      decided_reason: decision.reason,
      decided_at: now,
      assigned_top_up_id: topUpId,
    });
  });
  return toUnmatchedPayment((await findUnmatched(issuer.db, decision))!);
}

/** Credits the rider of the top-up, as its own notice would have; gives the top-up's id. */
async function assign(
  trx: IssuerDb,
  { topUpReference, payment, now }: { topUpReference: string; payment: UnmatchedRow; now: Date },
): Promise<string> {
  const topUp = await lockTopUpByReference(trx, topUpReference);
  if (!topUp) {
    throw new ServiceError(404, 'reference_not_found', {
      detail: 'No top-up has this reference. Ask the rider for the one in the app.',
    });
  }
  const { provider, transaction_id: transactionId, amount } = payment;
  await lockWallets(trx, [topUp.rider_id]);
  await postTransaction(trx, {
    reference: `${provider}:${transactionId}`,
    kind: 'top_up',
    at: now,
    subject: topUp.reference,
    entries: move(amount, clearingOf(provider), walletOf(topUp.rider_id)),
  });
  await addPaidAmount(trx, topUp.top_up_id, amount);
  return topUp.top_up_id;
}

/** Nothing moves in the ledger: the money never was in it. */
async function sendBack(
  trx: IssuerDb,
  { payments, newId }: Pick<Issuer, 'payments' | 'newId'>,
  { decision, amount, now }: { decision: PaymentDecision; amount: number; now: Date },
): Promise<null> {
  if (!payments[decision.provider]?.refund) {
    throw new ServiceError(409, 'refund_not_offered', {
      detail: 'This provider is not set up to be asked for refunds.',
    });
  }
  const refundId = newId();
  await insertRefund(trx, {
    refund_id: refundId,
    rider_id: null,
    provider: decision.provider,
    transaction_id: decision.transactionId,
    pass_id: null,
    amount,
    state: 'requested',
    asked_at: now,
    next_try_at: now,
  });
  await insertDecision(trx, {
    refund_id: refundId,
    decided_by: decision.by.email.toLowerCase(),
    decision: 'approve',
    reason: decision.reason,
    at: now,
  });
  return null;
}

const toUnmatchedPayment = (row: UnmatchedRow): UnmatchedPayment => ({
  provider: row.provider,
  transactionId: row.transaction_id,
  reference: row.reference,
  amount: vnd(row.amount),
  why: row.outcome as UnmatchedPayment['why'],
  paidAt: instantOf(row.paid_at.getTime()),
  state: row.decision ?? 'open',
  decided:
    row.decided_by === null
      ? null
      : {
          by: row.decided_by,
          reason: row.decided_reason ?? '',
          at: instantOf(row.decided_at!.getTime()),
          topUpReference: row.assigned_reference,
        },
});
