/** The outbox: trips of which the issuer does not know the newest revision. */
import { sql } from 'kysely';
import type { Charge, TripStory } from '@vedong/contracts';
import { entryOf, exitOf, fareOf, selectNamedTrips } from './named-trips.ts';
import type { Db } from './tables.ts';

export interface ChargeAnswer {
  result: 'applied' | 'duplicate' | 'refused';
  code?: string | undefined;
}

const leaseMilliseconds = 30_000;

/** Takes up to `most` waiting charges for this process to send; a lease that is not answered ends by itself. */
export async function leaseCharges(db: Db, most: number, nowMilliseconds: number): Promise<Charge[]> {
  const leased = await sql<{ trip_id: string; service_day: string; card_ref: string }>`
    update charge_outbox as waiting set leased_until = ${new Date(nowMilliseconds + leaseMilliseconds)}
    from (
      select service_day, card_ref, trip_id from charge_outbox
      where result is null and (leased_until is null or leased_until <= ${new Date(nowMilliseconds)})
      order by queued_at limit ${most} for update skip locked
    ) as next
    where (waiting.service_day, waiting.card_ref, waiting.trip_id) = (next.service_day, next.card_ref, next.trip_id)
    returning waiting.service_day, waiting.card_ref, waiting.trip_id`.execute(db);
  if (leased.rows.length === 0) return [];
  const rows = await selectNamedTrips(
    db,
    db
      .selectFrom('trips')
      .selectAll()
      .where((eb) =>
        eb(
          eb.refTuple('service_day', 'card_ref', 'trip_id'),
          'in',
          leased.rows.map((row) => eb.tuple(row.service_day, row.card_ref, row.trip_id)),
        ),
      ),
  ).execute();
  return rows.map((row) => ({
    tripId: row.trip_id,
    revision: row.revision,
    issuer: row.issuer,
    serviceDay: row.service_day,
    cardRef: row.card_ref,
    mode: row.mode,
    lineId: row.line_id,
    lineName: row.line_name,
    agency: row.agency,
    concession: row.concession,
    state: row.state,
    entry: entryOf(row),
    exit: exitOf(row),
    distanceMetres: row.distance_metres,
    fare: fareOf(row),
    pricing: row.pricing,
    ...(row.corrections && { corrections: row.corrections }),
  }));
}

/**
 * Ends the lease of `charges`. With `answers`, one each, they are marked, except where the trip has changed since it
 * was sent: its newer revision goes on waiting. Without, all go on waiting.
 */
export async function settleCharges(
  db: Db,
  charges: readonly Charge[],
  answers: readonly ChargeAnswer[] | null,
  nowMilliseconds: number,
): Promise<void> {
  await sql`
    update charge_outbox as waiting set leased_until = null,
      result = case when waiting.revision = sent.revision then sent.result end,
      code = case when waiting.revision = sent.revision then sent.code end,
      answered_at = case when waiting.revision = sent.revision and sent.result is not null
        then ${new Date(nowMilliseconds)}::timestamptz end
    from unnest(${charges.map((charge) => charge.serviceDay)}::date[], ${charges.map((charge) => charge.cardRef)}::text[],
      ${charges.map((charge) => charge.tripId)}::uuid[], ${charges.map((charge) => charge.revision)}::integer[],
      ${charges.map((_, index) => answers?.[index]?.result)}::text[],
      ${charges.map((_, index) => answers?.[index]?.code)}::text[])
      as sent (service_day, card_ref, trip_id, revision, result, code)
    where (waiting.service_day, waiting.card_ref, waiting.trip_id) = (sent.service_day, sent.card_ref, sent.trip_id)`.execute(
    db,
  );
}

/** How far the newest revision of a trip has come. */
export async function findCharge(
  db: Db,
  { serviceDay, cardRef, tripId }: { serviceDay: string; cardRef: string; tripId: string },
): Promise<TripStory['charge']> {
  const row = await db
    .selectFrom('charge_outbox')
    .select(['revision', 'result', 'code', 'answered_at'])
    .where('service_day', '=', serviceDay)
    .where('card_ref', '=', cardRef)
    .where('trip_id', '=', tripId)
    .executeTakeFirst();
  if (!row) return null;
  return {
    revision: row.revision,
    result: row.result ?? 'waiting',
    code: row.code,
    answeredAt: row.answered_at?.toISOString() ?? null,
  };
}
