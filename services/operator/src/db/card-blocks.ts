/** Blocks that incidents ask for: the newest wish for each card and day, until the issuer has it. */
import { sql } from 'kysely';
import type { CardBlock, ConflictClass } from '@vedong/contracts';
import { addEvents } from './save-incidents.ts';
import type { Db, Tx } from './tables.ts';

export interface BlockWish {
  serviceDay: string;
  cardRef: string;
  issuer: number;
  incidentId: string;
  reason: ConflictClass;
}

/** Cards that are blocked already stay as they are. */
export async function askForBlocks(tx: Tx, wishes: readonly BlockWish[], now: string): Promise<void> {
  for (const wish of wishes) {
    const asked = await tx
      .insertInto('card_blocks')
      .values({
        service_day: wish.serviceDay,
        card_ref: wish.cardRef,
        issuer: wish.issuer,
        incident_id: wish.incidentId,
        state: 'blocked',
        reason: wish.reason,
        queued_at: new Date(now),
        leased_until: null,
        result: null,
        code: null,
        answered_at: null,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['service_day', 'card_ref'])
          .doUpdateSet({
            incident_id: wish.incidentId,
            revision: sql`card_blocks.revision + 1`,
            state: 'blocked',
            reason: wish.reason,
            queued_at: new Date(now),
            result: null,
            code: null,
            answered_at: null,
          })
          .where('card_blocks.state', '<>', 'blocked'),
      )
      .returning('incident_id')
      .executeTakeFirst();
    if (asked) await addEvents(tx, [{ incidentId: wish.incidentId, kind: 'block_asked' }], now);
  }
}

/** Lifts the blocks that these incidents, now withdrawn, put on. Gives the incidents whose block is to be lifted. */
export async function liftBlocksOf(tx: Tx, incidentIds: readonly string[], now: string): Promise<string[]> {
  if (incidentIds.length === 0) return [];
  const { rows } = await sql<{ incident_id: string }>`
    update card_blocks set state = 'lifted', revision = revision + 1, queued_at = ${now}, result = null, code = null,
      answered_at = null
    where incident_id = any(${incidentIds}::uuid[]) and state = 'blocked'
    returning incident_id`.execute(tx);
  return rows.map((row) => row.incident_id);
}

/** Lifts the block of the card that an incident is about, whichever put it on. False where it is not blocked. */
export async function liftBlockOfCard(tx: Tx, incidentId: string, now: string): Promise<boolean> {
  const { rows } = await sql`
    update card_blocks as block set state = 'lifted', revision = revision + 1, incident_id = incidents.incident_id,
      queued_at = ${now}, result = null, code = null, answered_at = null
    from incidents
    where incidents.incident_id = ${incidentId} and incidents.state <> 'withdrawn' and block.state = 'blocked'
      and block.service_day = incidents.service_day and block.card_ref = incidents.card_ref
    returning block.card_ref`.execute(tx);
  return rows.length > 0;
}

const leaseMilliseconds = 30_000;

/** Takes up to `most` waiting blocks for this process to send; a lease that is not answered ends by itself. */
export async function leaseBlocks(db: Db, most: number, nowMilliseconds: number): Promise<CardBlock[]> {
  const { rows } = await sql<CardBlock>`
    update card_blocks as waiting set leased_until = ${new Date(nowMilliseconds + leaseMilliseconds)}
    from (
      select service_day, card_ref from card_blocks
      where result is null and (leased_until is null or leased_until <= ${new Date(nowMilliseconds)})
      order by queued_at limit ${most} for update skip locked
    ) as next
    where (waiting.service_day, waiting.card_ref) = (next.service_day, next.card_ref)
    returning waiting.issuer, waiting.service_day as "serviceDay", waiting.card_ref as "cardRef", waiting.revision,
      waiting.state, waiting.reason`.execute(db);
  return rows;
}

export interface BlockAnswer {
  result: 'applied' | 'duplicate' | 'refused';
  code?: string | undefined;
}

/**
 * Ends the lease of `blocks`. With `answers`, one each, they are marked and the incident says so, except where the wish
 * has changed since: the newer one goes on waiting. Without, all go on waiting.
 */
export async function settleBlocks(
  db: Db,
  blocks: readonly CardBlock[],
  answers: readonly BlockAnswer[] | null,
  nowMilliseconds: number,
): Promise<void> {
  const now = new Date(nowMilliseconds);
  await db.transaction().execute(async (tx) => {
    for (const [index, { serviceDay, cardRef, revision, state }] of blocks.entries()) {
      const answer = answers?.[index];
      const row = await tx
        .updateTable('card_blocks')
        .set({
          leased_until: null,
          ...(answer && { result: answer.result, code: answer.code ?? null, answered_at: now }),
        })
        .where('service_day', '=', serviceDay)
        .where('card_ref', '=', cardRef)
        .where('revision', '=', revision)
        .returning('incident_id')
        .executeTakeFirst();
      if (!row) {
        await tx
          .updateTable('card_blocks')
          .set({ leased_until: null })
          .where('service_day', '=', serviceDay)
          .where('card_ref', '=', cardRef)
          .execute();
      } else if (answer) {
        const kind = answer.result === 'refused' ? 'block_refused' : state;
        await addEvents(tx, [{ incidentId: row.incident_id, kind }], now.toISOString());
      }
    }
  });
}
