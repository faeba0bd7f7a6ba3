/** Sums for reports. The queries of `reconciliation` are told word for word, so that anybody can ask the database. */
import type { PassUse } from '@vedong/fares';
import { sql } from 'kysely';
import type { PassProduct } from '@vedong/fares';
import type { IssuerDb } from './database.ts';

/** Moments from the start of the first service day to the end of the last, and the days themselves. */
export interface Period {
  from: string;
  to: string;
  startsAt: Date;
  endsAt: Date;
}

export interface PaidLine {
  serviceDay: string;
  lineId: string;
  agency: string;
  paid: number;
  coveredByPasses: number;
  beyondCaps: number;
  freeCategories: number;
}

export async function listPaidLines(db: IssuerDb, { from, to }: Period): Promise<PaidLine[]> {
  const { rows } = await sql<PaidLine>`
    select service_day as "serviceDay", line_id as "lineId", agency,
      coalesce(sum(settled_amount), 0)::bigint as paid,
      coalesce(sum(fare_amount - settled_amount) filter (where applied = 'pass'), 0)::bigint as "coveredByPasses",
      coalesce(sum(fare_amount - settled_amount) filter (where applied = 'cap'), 0)::bigint as "beyondCaps",
      coalesce(sum(fare_amount - settled_amount) filter (where applied = 'free_category'), 0)::bigint
        as "freeCategories"
    from (select *, settled ->> 'applied' as applied from trips where service_day between ${from} and ${to}) as t
    where state <> 'withdrawn'
    group by service_day, line_id, agency order by service_day, line_id, agency`.execute(db);
  return rows;
}

export interface SoldPass {
  passId: string;
  product: PassProduct;
  boughtAt: Date;
}

export async function listPassesSold(db: IssuerDb, { startsAt, endsAt }: Period): Promise<SoldPass[]> {
  return db
    .selectFrom('passes')
    .where('bought_at', '>=', startsAt)
    .where('bought_at', '<', endsAt)
    .orderBy('pass_id')
    .select(['pass_id as passId', 'product', 'bought_at as boughtAt'])
    .execute();
}

/** What was ridden under these passes, by pass, agency and mode. */
export async function listPassUses(
  db: IssuerDb,
  { startsAt, endsAt }: Period,
): Promise<(PassUse & { passId: string })[]> {
  const { rows } = await sql<PassUse & { passId: string }>`
    select pass_id as "passId", agency, mode, count(*)::bigint as trips,
      coalesce(sum(distance_metres), 0)::bigint as "distanceMetres"
    from passes p join trips t on t.card_id = p.card_id and t.settled ->> 'passId' = p.pass_id::text
    where bought_at >= ${startsAt} and bought_at < ${endsAt}
    group by pass_id, agency, mode`.execute(db);
  return rows;
}

export interface PassShare {
  pass_id: string;
  agency: string;
  amount: number;
}

/** Puts these shares in the place of those that the period's passes had. */
export async function replacePassShares(
  db: IssuerDb,
  { startsAt, endsAt }: Period,
  shares: readonly PassShare[],
): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('issuer.pass_shares'))`.execute(db);
  await sql`
    delete from pass_shares using passes
    where passes.pass_id = pass_shares.pass_id and bought_at >= ${startsAt} and bought_at < ${endsAt}`.execute(
    db,
  );
  await sql`
    insert into pass_shares (pass_id, agency, amount)
    select pass_id, agency, amount
    from jsonb_to_recordset(${JSON.stringify(shares)}::jsonb) as share(pass_id uuid, agency text, amount bigint)`.execute(
    db,
  );
}

/** $1, $2: the first and last service day, or the first and last moment of the period. */
export const queries = {
  fares: `select coalesce(sum(settled_amount), 0)::bigint as sum from trips where service_day between $1 and $2`,
  faresInLedger: `select coalesce(sum(amount), 0)::bigint as sum
from entries join accounts a using (account_id) join transactions using (transaction_id) join trips using (trip_id)
where a.kind = 'fare_revenue' and service_day between $1 and $2`,
  passes: `select coalesce(sum((product -> 'price' ->> 'amount')::bigint), 0)::bigint as sum
from passes where bought_at >= $1 and bought_at < $2`,
  passesInLedger: `select coalesce(sum(amount), 0)::bigint as sum
from entries join accounts a using (account_id) join transactions t using (transaction_id)
where a.kind = 'pass_revenue' and t.kind = 'pass' and at >= $1 and at < $2`,
  shares: `select coalesce(sum(amount), 0)::bigint as sum
from pass_shares join passes using (pass_id) where bought_at >= $1 and bought_at < $2`,
} as const;

export async function askSum(
  db: IssuerDb,
  query: keyof typeof queries,
  { from, to, startsAt, endsAt }: Period,
): Promise<number> {
  const byDay = query === 'fares' || query === 'faresInLedger';
  const values = byDay ? [from, to] : [startsAt, endsAt];
  const parts = queries[query].split(/\$[12]/);
  const statement = sql.join(
    parts.map((part, index) =>
      index < values.length && index < parts.length - 1
        ? sql`${sql.raw(part)}${values[index]}`
        : sql.raw(part),
    ),
    sql.raw(''),
  );
  const { rows } = await sql<{ sum: number }>`${statement}`.execute(db);
  return rows[0]?.sum ?? 0;
}
