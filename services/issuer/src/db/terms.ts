/** The copy of the operator's terms. */
import type { TariffTerms } from '../terms.ts';
import type { IssuerDb } from './database.ts';

/** None before the operator was first reached. */
export async function listTerms(db: IssuerDb): Promise<TariffTerms[]> {
  const row = await db.selectFrom('tariff_terms').select('tariffs').executeTakeFirst();
  return row?.tariffs ?? [];
}

export async function putTerms(db: IssuerDb, terms: readonly TariffTerms[]): Promise<void> {
  const tariffs = JSON.stringify(terms);
  await db
    .insertInto('tariff_terms')
    .values({ tariffs })
    .onConflict((conflict) => conflict.column('is_only').doUpdateSet({ tariffs }))
    .execute();
}
