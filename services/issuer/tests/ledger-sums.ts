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
