/** The sums of a month, one query each, as the READMEs of operator and issuer give them. */
import { sql } from 'kysely';
import { caps, type Month } from './month-of-riders.ts';

export type Sums = Record<
  | 'trips'
  | 'operatorFares'
  | 'issuerFares'
  | 'paid'
  | 'coveredByPasses'
  | 'beyondCaps'
  | 'passes'
  | 'fares'
  | 'ledger'
  | 'shares'
  | 'cardsOverCaps',
  number
>;

export async function listSums({ operatorDb, issuerDb }: Month): Promise<Sums> {
  const one = async (rows: Promise<{ rows: { sum: number }[] }>) => (await rows).rows[0]!.sum;
  return {
    trips: await one(sql<{ sum: number }>`select count(*)::bigint as sum from trips`.execute(issuerDb)),
    operatorFares: await one(
      sql<{ sum: number }>`
        select coalesce(sum(fare_amount), 0)::bigint as sum from trips where state <> 'withdrawn'`.execute(
        operatorDb,
      ),
    ),
    issuerFares: await one(
      sql<{ sum: number }>`
        select coalesce(sum(fare_amount), 0)::bigint as sum from trips where state <> 'withdrawn'`.execute(
        issuerDb,
      ),
    ),
    paid: await one(
      sql<{ sum: number }>`select coalesce(sum(settled_amount), 0)::bigint as sum from trips`.execute(
        issuerDb,
      ),
    ),
    coveredByPasses: await one(
      sql<{ sum: number }>`
        select coalesce(sum(fare_amount - settled_amount), 0)::bigint as sum from trips
        where settled ->> 'applied' = 'pass'`.execute(issuerDb),
    ),
    beyondCaps: await one(
      sql<{ sum: number }>`
        select coalesce(sum(fare_amount - settled_amount), 0)::bigint as sum from trips
        where settled ->> 'applied' = 'cap'`.execute(issuerDb),
    ),
    passes: await one(
      sql<{ sum: number }>`
        select coalesce(sum((product -> 'price' ->> 'amount')::bigint), 0)::bigint as sum from passes`.execute(
        issuerDb,
      ),
    ),
    fares: await one(
      sql<{ sum: number }>`
        select (select coalesce(sum(settled_amount), 0) from trips)::bigint
          + (select coalesce(sum((product -> 'price' ->> 'amount')::bigint), 0) from passes)::bigint as sum`.execute(
        issuerDb,
      ),
    ),
    ledger: await one(
      sql<{ sum: number }>`
        select coalesce(-sum(amount), 0)::bigint as sum
        from entries join accounts a using (account_id) join transactions t using (transaction_id)
        where a.kind = 'wallet' and t.kind in ('trip', 'trip_adjustment', 'pass')`.execute(issuerDb),
    ),
    cardsOverCaps: await one(
      sql<{ sum: number }>`
        select count(*)::bigint as sum from (
          select card_id from trips where settled ->> 'applied' in ('fare', 'cap')
          group by rollup (card_id, service_day)
          having card_id is not null
            and sum(settled_amount) > case when grouping(service_day) = 1 then ${caps.month}::bigint else ${caps.day}::bigint end
        ) as over_cap`.execute(issuerDb),
    ),
    shares: await one(
      sql<{ sum: number }>`
        select coalesce(sum(amount), 0)::bigint as sum from entries join accounts using (account_id)
        where kind in ('fare_revenue', 'pass_revenue')`.execute(issuerDb),
    ),
  };
}
