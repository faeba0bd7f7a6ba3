/** Cards of a service day whose taps changed, waiting to be paired into trips. */
import { sql } from 'kysely';
import type { Tx } from './tables.ts';

export interface CardDay {
  serviceDay: string;
  cardRef: string;
}

/**
 * Locks a row that waits already (the do-nothing-much update), so that a worker leaves it until this transaction's
 * taps can be seen; in the order of the key, so that two transactions never wait for each other.
 */
export async function queueForPairing(tx: Tx, cardDays: readonly CardDay[], now: string): Promise<void> {
  if (cardDays.length === 0) return;
  await sql`
    insert into pairing_queue (service_day, card_ref, queued_at)
    select distinct service_day, card_ref, ${now}::timestamptz
    from unnest(${cardDays.map((c) => c.serviceDay)}::date[], ${cardDays.map((c) => c.cardRef)}::text[])
      as queued (service_day, card_ref)
    order by 1, 2
    on conflict (service_day, card_ref) do update set queued_at = pairing_queue.queued_at`.execute(tx);
}

/** Takes the oldest off the queue for as long as this transaction lives; rows of others are left alone. */
export async function takeFromQueue(tx: Tx, most: number): Promise<CardDay[]> {
  const { rows } = await sql<CardDay>`
    with taken as (
      select service_day, card_ref from pairing_queue order by queued_at limit ${most} for update skip locked
    )
    delete from pairing_queue q using taken
    where q.service_day = taken.service_day and q.card_ref = taken.card_ref
    returning q.service_day as "serviceDay", q.card_ref as "cardRef"`.execute(tx);
  return rows;
}
