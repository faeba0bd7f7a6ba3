/** Refunds, the payments they are of, and what staff decided. */
import { sql, type Insertable, type Selectable } from 'kysely';
import type { IssuerDb } from './database.ts';
import type { IssuerTables } from './tables.ts';

type RefundTable = Selectable<IssuerTables['refunds']>;
export type DecisionRow = Selectable<IssuerTables['refund_decisions']>;

/** A refund with what it is called and of what it is. */
export interface RefundRow extends RefundTable {
  subject: string;
  top_up_id: string | null;
  decisions: Omit<DecisionRow, 'refund_id'>[];
}

const selectRefunds = (db: IssuerDb) =>
  db
    .selectFrom('refunds as r')
    .leftJoin('payment_notices as n', (join) =>
      join.onRef('n.provider', '=', 'r.provider').onRef('n.transaction_id', '=', 'r.transaction_id'),
    )
    .leftJoin('passes as p', 'p.pass_id', 'r.pass_id')
    .selectAll('r')
    .select(sql<string | null>`coalesce(n.top_up_id, n.assigned_top_up_id)`.as('top_up_id'))
    .select(sql<string>`coalesce(n.reference, p.product ->> 'nameVi')`.as('subject'))
    .select(
      sql<DecisionJson[]>`(
        select coalesce(jsonb_agg(d order by d.at), '[]') from refund_decisions d where d.refund_id = r.refund_id
      )`.as('decisions'),
    );

type DecisionJson = Omit<DecisionRow, 'at'> & { at: string };

const toRow = (
  row: RefundTable & { subject: string; top_up_id: string | null; decisions: DecisionJson[] },
) => ({
  ...row,
  decisions: row.decisions.map((decision) => ({ ...decision, at: new Date(decision.at) })),
});

export async function findRefund(db: IssuerDb, refundId: string): Promise<RefundRow | undefined> {
  const row = await selectRefunds(db).where('r.refund_id', '=', refundId).executeTakeFirst();
  return row && toRow(row);
}

export async function listRefundsOf(db: IssuerDb, riderId: string, limit: number): Promise<RefundRow[]> {
  const rows = await selectRefunds(db)
    .where('rider_id', '=', riderId)
    .orderBy('asked_at', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toRow);
}

/** Those that wait, the oldest first, or all, the newest first. */
export async function listRefundQueue(
  db: IssuerDb,
  show: 'waiting' | 'all',
  limit: number,
): Promise<RefundRow[]> {
  const rows = await selectRefunds(db)
    .$if(show === 'waiting', (query) => query.where('r.state', '=', 'waiting'))
    .orderBy('asked_at', show === 'waiting' ? 'asc' : 'desc')
    .limit(limit)
    .execute();
  return rows.map(toRow);
}

export async function insertRefund(db: IssuerDb, row: Insertable<IssuerTables['refunds']>): Promise<void> {
  await db.insertInto('refunds').values(row).execute();
}

export async function changeRefund(
  db: IssuerDb,
  refundId: string,
  change: Partial<Pick<RefundTable, 'state' | 'settled_at' | 'next_try_at' | 'provider_answer'>>,
): Promise<void> {
  await db.updateTable('refunds').set(change).where('refund_id', '=', refundId).execute();
}

export async function insertDecision(db: IssuerDb, row: DecisionRow): Promise<void> {
  await db.insertInto('refund_decisions').values(row).execute();
}

export interface CreditedPayment {
  provider: NonNullable<RefundTable['provider']>;
  transactionId: string;
  amount: number;
  /** Of it, what has not been given back or asked for. */
  left: number;
}

/** The payments that a top-up was credited with; what is left of most first. */
export async function listCreditedPayments(db: IssuerDb, topUpId: string): Promise<CreditedPayment[]> {
  const { rows } = await sql<CreditedPayment>`
    select provider, transaction_id as "transactionId", n.amount, n.amount - coalesce(back.amount, 0) as left
    from payment_notices n
    left join lateral (
      select sum(r.amount)::bigint as amount from refunds r
      where r.provider = n.provider and r.transaction_id = n.transaction_id and r.state not in ('failed', 'refused')
    ) back on true
    where (n.top_up_id = ${topUpId} and n.outcome = 'credited') or n.assigned_top_up_id = ${topUpId}
    order by 4 desc, 2`.execute(db);
  return rows;
}

/** A refund to send, with the payment it is of. */
export interface DueRefund {
  refundId: string;
  riderId: string | null;
  amount: number;
  tries: number;
  provider: NonNullable<RefundTable['provider']>;
  transactionId: string;
  reference: string;
  paymentAmount: number;
  orderedAt: Date;
  /** Of this payment, what other refunds gave back. */
  givenBackBefore: number;
}

/** Refunds that are due, each put off until `nextTryAt`, so that no other process sends it meanwhile. */
export async function leaseDueRefunds(
  db: IssuerDb,
  { now, limit }: { now: Date; limit: number },
): Promise<DueRefund[]> {
  const { rows } = await sql<DueRefund>`
    with due as (
      select refund_id from refunds where state = 'requested' and next_try_at <= ${now}
      order by next_try_at limit ${limit} for update skip locked
    ), leased as (
      update refunds set tries = tries + 1,
        next_try_at = ${now}::timestamptz + least(power(2, least(tries, 10)) * interval '15 seconds', interval '1 hour')
      from due where refunds.refund_id = due.refund_id
      returning refunds.*
    )
    select r.refund_id as "refundId", r.rider_id as "riderId", r.amount, r.tries, r.provider,
      r.transaction_id as "transactionId", n.reference, n.amount as "paymentAmount",
      coalesce(t.created_at, n.paid_at) as "orderedAt",
      (select coalesce(sum(o.amount), 0)::bigint from refunds o
        where o.provider = r.provider and o.transaction_id = r.transaction_id and o.refund_id <> r.refund_id
          and o.state in ('requested', 'sent')) as "givenBackBefore"
    from leased r
    join payment_notices n on n.provider = r.provider and n.transaction_id = r.transaction_id
    left join top_ups t on t.top_up_id = n.top_up_id`.execute(db);
  return rows;
}
