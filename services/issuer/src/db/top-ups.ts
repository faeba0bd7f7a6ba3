/** Top-ups, and what payment providers told of them. */
import { sql, type Insertable, type Selectable } from 'kysely';
import type { IssuerDb } from './database.ts';
import type { IssuerTables } from './tables.ts';

export type TopUpRow = Selectable<IssuerTables['top_ups']>;
export type NoticeRow = Selectable<IssuerTables['payment_notices']>;
export type NoticeOutcome = NoticeRow['outcome'];

export const insertTopUp = (db: IssuerDb, row: Insertable<IssuerTables['top_ups']>): Promise<TopUpRow> =>
  db.insertInto('top_ups').values(row).returningAll().executeTakeFirstOrThrow();

export const findTopUp = (db: IssuerDb, riderId: string, topUpId: string): Promise<TopUpRow | undefined> =>
  db
    .selectFrom('top_ups')
    .where('rider_id', '=', riderId)
    .where('top_up_id', '=', topUpId)
    .selectAll()
    .executeTakeFirst();

/** Holds the top-up of a provider's reference until the transaction ends. */
export const lockTopUp = (
  db: IssuerDb,
  provider: TopUpRow['provider'],
  reference: string,
): Promise<TopUpRow | undefined> =>
  db
    .selectFrom('top_ups')
    .where('provider', '=', provider)
    .where('reference', '=', reference)
    .selectAll()
    .forUpdate()
    .executeTakeFirst();

export async function addPaidAmount(db: IssuerDb, topUpId: string, amount: number): Promise<void> {
  await db
    .updateTable('top_ups')
    .set({ paid_amount: sql`paid_amount + ${amount}::bigint` })
    .where('top_up_id', '=', topUpId)
    .execute();
}

/** False where it is known to have failed, or was paid after all. */
export async function markFailed(db: IssuerDb, topUpId: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('top_ups')
    .set({ is_failed: true })
    .where('top_up_id', '=', topUpId)
    .where('is_failed', '=', false)
    .where('paid_amount', '=', 0)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** False where this transaction has been told before; waits for a transaction that is telling it now. */
export async function insertNotice(
  db: IssuerDb,
  row: Insertable<IssuerTables['payment_notices']>,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('payment_notices')
    .values(row)
    .onConflict((conflict) => conflict.columns(['provider', 'transaction_id']).doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

export const getNotice = (
  db: IssuerDb,
  key: Pick<NoticeRow, 'provider' | 'transaction_id'>,
): Promise<NoticeRow> =>
  db
    .selectFrom('payment_notices')
    .where('provider', '=', key.provider)
    .where('transaction_id', '=', key.transaction_id)
    .selectAll()
    .executeTakeFirstOrThrow();
