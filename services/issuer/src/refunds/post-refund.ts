/** Moves the money of a refund in the ledger. Its rider's wallet is held by the transaction. */
import type { IssuerDb } from '../db/database.ts';
import { clearingOf, move, passRevenue, postTransaction, walletOf } from '../db/ledger.ts';
import { changeRefund, type RefundRow } from '../db/refunds.ts';

/** A payment: out of the wallet, for the provider to take. A pass: into the wallet, which ends it. */
export async function postRefund(trx: IssuerDb, refund: RefundRow, now: Date): Promise<void> {
  const { refund_id: refundId, rider_id: riderId, provider, amount, subject } = refund;
  if (riderId !== null) {
    await postTransaction(trx, {
      reference: `refund:${refundId}`,
      kind: 'refund',
      at: now,
      subject,
      entries: provider
        ? move(amount, walletOf(riderId), clearingOf(provider))
        : move(amount, passRevenue, walletOf(riderId)),
    });
  }
  await changeRefund(
    trx,
    refundId,
    provider ? { state: 'requested', next_try_at: now } : { state: 'sent', settled_at: now },
  );
}

/** What the provider refused comes back into the wallet. */
export async function postRefundBack(
  trx: IssuerDb,
  refund: { refundId: string; riderId: string; provider: string; amount: number; reference: string },
  now: Date,
): Promise<void> {
  await postTransaction(trx, {
    reference: `refund:${refund.refundId}:back`,
    kind: 'refund',
    at: now,
    subject: refund.reference,
    entries: move(refund.amount, clearingOf(refund.provider), walletOf(refund.riderId)),
  });
}
