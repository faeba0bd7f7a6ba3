/** Puts a receipt together from the ledger and from what the transaction was for. */
import type { Receipt } from '@vedong/contracts';
import { instantOf } from '@vedong/runtime/clock';
import { ServiceError } from '@vedong/runtime/problem';
import type { IssuerDb } from '../db/database.ts';
import { findPassOf } from '../db/passes.ts';
import { findCardOfTrip, findMovement, findPaymentOfTopUp } from '../db/receipts.ts';
import { findRefund } from '../db/refunds.ts';
import { findTrip } from '../db/trips.ts';
import type { Issuer } from '../issuer.ts';
import { toPass } from '../passes.ts';
import { toRefund } from '../refunds/show-refunds.ts';
import { toRiderTrip } from '../trip-history.ts';
import { vnd } from '../wallet.ts';

/** Throws `receipt_not_found`, for somebody else's too. */
export async function getReceipt(
  { db, config }: Pick<Issuer, 'db' | 'config'>,
  riderId: string,
  transactionId: string,
): Promise<Receipt> {
  const row = await findMovement(db, riderId, transactionId);
  if (!row) {
    throw new ServiceError(404, 'receipt_not_found', { detail: 'Your wallet has no such movement.' });
  }
  const [cause = '', id = ''] = row.reference.split(':');
  const refund = cause === 'refund' ? await findRefund(db, id) : undefined;
  const pass = cause === 'pass' ? await findPassOf(db, riderId, id) : undefined;
  return {
    transactionId: row.transaction_id,
    number: receiptNumber(row),
    kind: row.kind,
    at: instantOf(row.at.getTime()),
    amount: vnd(row.amount),
    balanceAfter: vnd(row.balance_after),
    subject: row.subject,
    topUp: row.kind === 'top_up' ? await readTopUp(db, row.reference) : null,
    pass: pass ? toPass(pass, config.calendar) : null,
    trip: row.trip_id === null ? null : await readTrip(db, row.trip_id),
    refund: refund ? toRefund(refund) : null,
  };
}

/** Random bits of the transaction's id, short enough to read out; the id itself stays the key. */
const receiptNumber = ({ transaction_id: id }: { transaction_id: string }) =>
  `VD-${id.replaceAll('-', '').slice(-12).toUpperCase()}`;

async function readTopUp(db: IssuerDb, reference: string): Promise<Receipt['topUp']> {
  const [provider = '', ...rest] = reference.split(':');
  const payment = await findPaymentOfTopUp(db, provider, rest.join(':'));
  return payment
    ? {
        topUpId: payment.top_up_id,
        provider: payment.provider,
        reference: payment.reference,
        paidAt: instantOf(payment.paid_at.getTime()),
      }
    : null;
}

/** Of a trip of one of the rider's cards: whose wallet it moved. */
async function readTrip(db: IssuerDb, tripId: string): Promise<Receipt['trip']> {
  const cardId = await findCardOfTrip(db, tripId);
  const trip = cardId === undefined ? undefined : await findTrip(db, cardId, tripId);
  return cardId !== undefined && trip ? { cardId, trip: toRiderTrip(trip) } : null;
}
