/** Passes that were bought. */
import { sql, type Selectable } from 'kysely';
import type { KnownPass, PassUse } from '../settle-card.ts';
import type { IssuerDb } from './database.ts';
import type { IssuerTables } from './tables.ts';

export type PassRow = Selectable<IssuerTables['passes']>;

/** The newest first. */
export async function listPasses(db: IssuerDb, cardIds: readonly string[]): Promise<PassRow[]> {
  if (cardIds.length === 0) return [];
  return db
    .selectFrom('passes')
    .where('card_id', 'in', cardIds)
    .orderBy('bought_at', 'desc')
    .orderBy('pass_id', 'desc')
    .selectAll()
    .execute();
}

/** Undefined for somebody else's too. */
export async function findPassOf(
  db: IssuerDb,
  riderId: string,
  passId: string,
): Promise<PassRow | undefined> {
  return db
    .selectFrom('passes')
    .innerJoin('cards', 'cards.card_id', 'passes.card_id')
    .where('pass_id', '=', passId)
    .where('rider_id', '=', riderId)
    .selectAll('passes')
    .executeTakeFirst();
}

export async function changePassEnd(
  db: IssuerDb,
  passId: string,
  end: Pick<PassRow, 'is_given_back' | 'ends_early_on'>,
): Promise<void> {
  await db.updateTable('passes').set(end).where('pass_id', '=', passId).execute();
}

export async function insertPass(
  db: IssuerDb,
  pass: Omit<PassRow, 'first_used_at' | 'is_given_back' | 'ends_early_on'>,
): Promise<PassRow> {
  return db
    .insertInto('passes')
    .values({ ...pass, product: JSON.stringify(pass.product) })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function putPassUses(db: IssuerDb, uses: readonly PassUse[]): Promise<void> {
  if (uses.length === 0) return;
  const rows = uses.map(({ passId, firstUsedSeconds, firstDay, lastDay }) => ({
    pass_id: passId,
    first_used_at: firstUsedSeconds === null ? null : new Date(firstUsedSeconds * 1000),
    first_day: firstDay,
    last_day: lastDay,
  }));
  await sql`
    update passes set first_used_at = use.first_used_at, first_day = use.first_day, last_day = use.last_day
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as use(pass_id uuid, first_used_at timestamptz, first_day date, last_day date)
    where passes.pass_id = use.pass_id`.execute(db);
}

/** Null where it was given back whole: it covers nothing. */
export const toKnownPass = (row: PassRow): KnownPass | null =>
  row.is_given_back ? null : { ...readPass(row), product: shortened(row) };

/** One whose last days were given back is as long as what is left of it. */
function shortened({ product, first_day: first, ends_early_on: last }: PassRow): PassRow['product'] {
  if (first === null || last === null) return product;
  return { ...product, durationDays: Temporal.PlainDate.from(first).until(last).days + 1 };
}

const readPass = (row: PassRow): Omit<KnownPass, 'product'> => ({
  passId: row.pass_id,
  lineId: row.line_id,
  boughtAtSeconds: Math.floor(row.bought_at.getTime() / 1000),
  validFromDay: row.valid_from_day,
  firstUsedSeconds: row.first_used_at === null ? null : row.first_used_at.getTime() / 1000,
  firstDay: row.first_day,
});
