/** Blocks that an operator put on cards, by the pseudonym it knows. */
import type { CardBlock } from '@vedong/contracts';
import { sql } from 'kysely';
import type { IssuerDb } from './database.ts';

/** The card behind a pseudonym, held until the transaction ends. */
export async function holdCardOfDay(
  db: IssuerDb,
  { serviceDay, cardRef }: Pick<CardBlock, 'serviceDay' | 'cardRef'>,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('card_days')
    .innerJoin('cards', 'cards.card_id', 'card_days.card_id')
    .where('service_day', '=', serviceDay)
    .where('card_ref', '=', cardRef)
    .select('cards.card_id')
    .forUpdate('cards')
    .executeTakeFirst();
  return row?.card_id;
}

/** False where this revision or a later one is known. */
export async function saveOperatorBlock(
  db: IssuerDb,
  cardId: string,
  { serviceDay, cardRef, revision, state, reason }: Omit<CardBlock, 'issuer'>,
  now: Date,
): Promise<boolean> {
  const { rows } = await sql`
    insert into operator_blocks as old (service_day, card_ref, card_id, revision, state, reason, changed_at)
    values (${serviceDay}, ${cardRef}, ${cardId}, ${revision}, ${state}, ${reason}, ${now})
    on conflict (service_day, card_ref) do update set revision = excluded.revision, state = excluded.state,
      reason = excluded.reason, changed_at = excluded.changed_at
    where old.revision < excluded.revision
    returning revision`.execute(db);
  return rows.length > 0;
}

/**
 * Brings the card's state to what its blocks and its rider say: blocked while any operator's block stands, then as the
 * rider had it. True where the state that gates see has changed.
 */
export async function applyOperatorBlocks(db: IssuerDb, cardId: string): Promise<boolean> {
  const { rows } = await sql<{ changed: boolean }>`
    with standing as (
      select reason, changed_at from operator_blocks where card_id = ${cardId} and state = 'blocked'
      order by changed_at limit 1
    ), before as (
      select card_id, state, coalesce(rider_state, state) as rider_state from cards where card_id = ${cardId}
    )
    update cards set
      state = case when exists (select from standing) then 'blocked' else before.rider_state end,
      rider_state = case when exists (select from standing) then before.rider_state end,
      operator_block_reason = (select reason from standing),
      operator_blocked_at = (select changed_at from standing)
    from before where cards.card_id = before.card_id
    returning before.state <> cards.state as changed`.execute(db);
  return rows[0]?.changed ?? false;
}
