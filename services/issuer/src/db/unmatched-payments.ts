/** Payments that no top-up was credited with, and what staff made of each. */
import { sql } from 'kysely';
import type { IssuerDb } from './database.ts';
import type { NoticeRow } from './top-ups.ts';

export interface UnmatchedRow extends NoticeRow {
  /** Reference of the top-up it was assigned to. */
  assigned_reference: string | null;
}

export interface PaymentKey {
  provider: NoticeRow['provider'];
  transactionId: string;
}

const select = (db: IssuerDb) =>
  db
    .selectFrom('payment_notices as n')
    .leftJoin('top_ups as t', 't.top_up_id', 'n.assigned_top_up_id')
    .where('n.outcome', '<>', 'credited')
    .selectAll('n')
    .select('t.reference as assigned_reference');

export async function listUnmatched(
  db: IssuerDb,
  show: 'waiting' | 'all',
  limit: number,
): Promise<UnmatchedRow[]> {
  return select(db)
    .$if(show === 'waiting', (query) => query.where('n.decision', 'is', null))
    .orderBy('n.received_at', show === 'waiting' ? 'asc' : 'desc')
    .limit(limit)
    .execute();
}

export async function findUnmatched(
  db: IssuerDb,
  { provider, transactionId }: PaymentKey,
): Promise<UnmatchedRow | undefined> {
  return select(db)
    .where('n.provider', '=', provider)
    .where('n.transaction_id', '=', transactionId)
    .executeTakeFirst();
}

/** Makes decisions of one payment wait for each other. */
export async function lockPayment(db: IssuerDb, { provider, transactionId }: PaymentKey): Promise<void> {
  await sql`select from payment_notices
    where provider = ${provider} and transaction_id = ${transactionId} for update`.execute(db);
}

export async function decidePayment(
  db: IssuerDb,
  { provider, transactionId }: PaymentKey,
  decision: Pick<
    NoticeRow,
    'decision' | 'decided_by' | 'decided_reason' | 'decided_at' | 'assigned_top_up_id'
  >,
): Promise<void> {
  await db
    .updateTable('payment_notices')
    .set(decision)
    .where('provider', '=', provider)
    .where('transaction_id', '=', transactionId)
    .execute();
}

/** What was to be sent back and was refused waits for staff again. */
export const reopenPayment = (db: IssuerDb, key: PaymentKey): Promise<void> =>
  decidePayment(db, key, {
    decision: null,
    decided_by: null,
    decided_reason: null,
    decided_at: null,
    assigned_top_up_id: null,
  });

/** A top-up by what ties payments to it, held until the transaction ends. */
export async function lockTopUpByReference(db: IssuerDb, reference: string) {
  return db
    .selectFrom('top_ups')
    .where('reference', '=', reference)
    .selectAll()
    .forUpdate()
    .executeTakeFirst();
}
