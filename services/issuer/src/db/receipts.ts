/** One transaction of the ledger as its rider sees it, with what it was for. */
import { sql } from 'kysely';
import type { IssuerDb } from './database.ts';
import type { TransactionKind } from './ledger.ts';

export interface MovementRow {
  transaction_id: string;
  reference: string;
  kind: TransactionKind;
  at: Date;
  trip_id: string | null;
  subject: string;
  amount: number;
  balance_after: number;
}

/** Undefined where it did not touch this rider's wallet. */
export async function findMovement(
  db: IssuerDb,
  riderId: string,
  transactionId: string,
): Promise<MovementRow | undefined> {
  return db
    .selectFrom('transactions as t')
    .innerJoin('entries as e', 'e.transaction_id', 't.transaction_id')
    .innerJoin('accounts as a', 'a.account_id', 'e.account_id')
    .where('t.transaction_id', '=', transactionId)
    .where('a.kind', '=', 'wallet')
    .where('a.owner', '=', riderId)
    .select(['t.transaction_id', 't.reference', 't.kind', 't.at', 't.trip_id', 't.subject'])
    .select(['e.amount', 'e.balance_after'])
    .$narrowType<{ balance_after: number }>()
    .executeTakeFirst();
}

export async function findPaymentOfTopUp(db: IssuerDb, provider: string, transactionId: string) {
  return db
    .selectFrom('payment_notices as n')
    .innerJoin('top_ups as t', (join) =>
      join.on(sql<boolean>`t.top_up_id = coalesce(n.assigned_top_up_id, n.top_up_id)`),
    )
    .where('n.provider', '=', provider as 'vietqr')
    .where('n.transaction_id', '=', transactionId)
    .select(['n.provider', 'n.reference', 'n.paid_at', 't.top_up_id'])
    .executeTakeFirst();
}

export async function findCardOfTrip(db: IssuerDb, tripId: string): Promise<string | undefined> {
  const row = await db.selectFrom('trips').where('trip_id', '=', tripId).select('card_id').executeTakeFirst();
  return row?.card_id;
}
