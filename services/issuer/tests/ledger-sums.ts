/** Queries by which the tests, and anybody with psql, prove that the books add up. */
import { sql } from 'kysely';
import type { IssuerDb } from '../src/db/database.ts';

/** Wallets whose kept balance is not the sum of their entries, or not what their last entry says: always none. */
export async function listUnbalancedWallets(db: IssuerDb): Promise<unknown[]> {
  const { rows } = await sql`
    select owner, balance, coalesce(sum(amount), 0) as entered, (array_agg(balance_after order by entry_no desc))[1] as told
    from accounts left join entries using (account_id)
    where kind = 'wallet'
    group by account_id
    having balance <> coalesce(sum(amount), 0)
      or balance <> coalesce((array_agg(balance_after order by entry_no desc))[1], 0)`.execute(db);
  return rows;
}

/**
 * The three sums that must be one, one query each: what trips cost their riders, what rides took out of wallets,
 * what agencies earned from rides.
 */
export async function sumThreeWays(
  db: IssuerDb,
): Promise<{ fares: number; wallets: number; revenue: Record<string, number> }> {
  const fares = await sql<{ sum: number }>`
    select coalesce(sum(settled_amount), 0)::bigint as sum from trips`.execute(db);
  const wallets = await sql<{ sum: number }>`
    select coalesce(-sum(amount), 0)::bigint as sum
    from entries join accounts a using (account_id) join transactions t using (transaction_id)
    where a.kind = 'wallet' and t.kind in ('trip', 'trip_adjustment')`.execute(db);
  const revenue = await sql<{ agency: string; sum: number }>`
    select owner as agency, sum(amount)::bigint as sum from entries join accounts using (account_id)
    where kind = 'fare_revenue' group by owner order by owner`.execute(db);
  return {
    fares: fares.rows[0]!.sum,
    wallets: wallets.rows[0]!.sum,
    revenue: Object.fromEntries(revenue.rows.map(({ agency, sum }) => [agency, sum])),
  };
}
