/** The ledger as a rider reads it. */
import type { TransactionKind } from './ledger.ts';
import type { IssuerDb } from './database.ts';

export interface WalletEntryRow {
  entry_no: number;
  entry_id: string;
  transaction_id: string;
  amount: number;
  balance_after: number;
  kind: TransactionKind;
  at: Date;
  trip_id: string | null;
  subject: string;
}

/** Movements of a rider's wallet, newest first: those before an entry, those of one trip, or all. */
export async function listWalletEntries(
  db: IssuerDb,
  riderId: string,
  { before, tripId, limit }: { before?: number; tripId?: string; limit: number },
): Promise<WalletEntryRow[]> {
  return db
    .selectFrom('entries as e')
    .innerJoin('accounts as a', 'a.account_id', 'e.account_id')
    .innerJoin('transactions as t', 't.transaction_id', 'e.transaction_id')
    .where('a.kind', '=', 'wallet')
    .where('a.owner', '=', riderId)
    .$if(before !== undefined, (query) => query.where('e.entry_no', '<', before!))
    .$if(tripId !== undefined, (query) => query.where('t.trip_id', '=', tripId!))
    .orderBy('e.entry_no', 'desc')
    .limit(limit)
    .select([
      'e.entry_no',
      'e.entry_id',
      'e.transaction_id',
      'e.amount',
      'e.balance_after',
      't.kind',
      't.at',
      't.trip_id',
      't.subject',
    ])
    .$narrowType<{ balance_after: number }>()
    .execute();
}
