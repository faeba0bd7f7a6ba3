/** The copy of the operator's terms and lines, and from which day on trips are to be settled again by them. */
import { sql } from 'kysely';
import type { TariffTerms, TermsLine } from '../terms.ts';
import type { IssuerDb } from './database.ts';

/** None before the operator was first reached. */
export async function listTerms(db: IssuerDb): Promise<TariffTerms[]> {
  const row = await db.selectFrom('tariff_terms').select('tariffs').executeTakeFirst();
  return row?.tariffs ?? [];
}

export async function listLines(db: IssuerDb): Promise<TermsLine[]> {
  const row = await db.selectFrom('tariff_terms').select('lines').executeTakeFirst();
  return row?.lines ?? [];
}

/** `resettleFrom`: the first service day on which the new ones settle differently. */
export async function putTerms(
  db: IssuerDb,
  terms: readonly TariffTerms[],
  { lines = [], resettleFrom = null }: { lines?: readonly TermsLine[]; resettleFrom?: string | null } = {},
): Promise<void> {
  const row = { tariffs: JSON.stringify(terms), lines: JSON.stringify(lines) };
  await db
    .insertInto('tariff_terms')
    .values({ ...row, resettle_from: resettleFrom })
    .onConflict((conflict) =>
      conflict.column('is_only').doUpdateSet({
        ...row,
        resettle_from: sql`least(tariff_terms.resettle_from, ${resettleFrom}::date)`,
      }),
    )
    .execute();
}

export async function getResettleFrom(db: IssuerDb): Promise<string | null> {
  const row = await db.selectFrom('tariff_terms').select('resettle_from').executeTakeFirst();
  return row?.resettle_from ?? null;
}

/** Not where another change of the terms has named an earlier day meanwhile. */
export async function clearResettle(db: IssuerDb, from: string): Promise<void> {
  await db
    .updateTable('tariff_terms')
    .set({ resettle_from: null })
    .where('resettle_from', '=', from)
    .execute();
}

/** Cards that have trips of these days, in the order of their ids, with the moment of the first such trip. */
export async function listCardsWithTripsSince(
  db: IssuerDb,
  { from, after, limit }: { from: string; after: string | null; limit: number },
): Promise<{ cardId: string; riderId: string; firstAt: Date }[]> {
  return db
    .selectFrom('trips as t')
    .innerJoin('cards as c', 'c.card_id', 't.card_id')
    .where('t.service_day', '>=', from)
    .$if(after !== null, (query) => query.where('t.card_id', '>', after!))
    .groupBy(['t.card_id', 'c.rider_id'])
    .orderBy('t.card_id')
    .limit(limit)
    .select(['t.card_id as cardId', 'c.rider_id as riderId'])
    .select(sql<Date>`min(t.at)`.as('firstAt'))
    .execute();
}
