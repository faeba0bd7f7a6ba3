/** Cards of a service day whose taps changed, waiting to be paired into trips. */
import { sql } from 'kysely';
import type { Tx } from './tables.ts';

export interface CardDay {
  serviceDay: string;
  cardRef: string;
}

const rowsPerTurn = 2;

/**
 * One row a batch and service day, which nobody can see before the batch's taps; a row a card would cost as much as
 * a third of storing the taps.
 */
export async function queueForPairing(tx: Tx, cardDays: readonly CardDay[]): Promise<void> {
  const rows = [...Map.groupBy(cardDays, ({ serviceDay }) => serviceDay)].map(([serviceDay, ofDay]) => ({
    service_day: serviceDay,
    card_refs: [...new Set(ofDay.map(({ cardRef }) => cardRef))],
  }));
  if (rows.length > 0) await tx.insertInto('pairing_queue').values(rows).execute();
}

/** False where another process pairs now: two at once could write a card's trips from an older view of its taps. */
export async function lockPairing(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('operator.pairing')) as locked`.execute(tx);
  return rows[0]?.locked ?? false;
}

/** Takes the oldest rows off the queue, for good when this transaction commits. Needs the lock. */
export async function takeFromQueue(tx: Tx): Promise<CardDay[]> {
  const rows = await tx
    .deleteFrom('pairing_queue')
    .where('queue_id', 'in', (queue) =>
      queue.selectFrom('pairing_queue').select('queue_id').orderBy('queue_id').limit(rowsPerTurn),
    )
    .returning(['service_day', 'card_refs'])
    .execute();
  const cards = rows.flatMap((row) =>
    row.card_refs.map((cardRef) => ({ serviceDay: row.service_day, cardRef })),
  );
  return [...new Map(cards.map((card) => [`${card.serviceDay} ${card.cardRef}`, card])).values()];
}
