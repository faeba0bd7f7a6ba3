/** Trips as the riders see them, stored from charges. */
import type { Charge, RiderTrip } from '@vedong/contracts';
import { sql, type Selectable } from 'kysely';
import type { IssuerDb } from './database.ts';
import type { IssuerTables } from './tables.ts';

/** A trip that is part of a card's history. */
export type ShownTrip = Selectable<IssuerTables['trips']> & { state: RiderTrip['state'] };

export type StoredCharge = 'applied' | 'duplicate' | 'unknown_card';

/**
 * Stores charges in one statement; answers in their order. Of several revisions of one trip the highest wins,
 * whatever order they come in. `startsAt`: RFC 3339 in UTC.
 */
export async function storeCharges(
  db: IssuerDb,
  charges: readonly { charge: Charge; startsAt: string }[],
): Promise<StoredCharge[]> {
  const incoming = charges.map(({ charge, startsAt }, ordinal) => ({
    ordinal,
    trip_id: charge.tripId,
    revision: charge.revision,
    service_day: charge.serviceDay,
    card_ref: charge.cardRef,
    at: startsAt,
    mode: charge.mode,
    line_name: charge.lineName,
    state: charge.state,
    entry: charge.entry,
    exit: charge.exit,
    fare_amount: charge.fare?.amount,
    fare_currency: charge.fare?.currency,
  }));
  const { rows } = await sql<{ result: StoredCharge }>`
    with incoming as (
      select incoming.*, card_id
      from jsonb_to_recordset(${JSON.stringify(incoming)}::jsonb) as incoming(
        ordinal integer, trip_id uuid, revision bigint, service_day date, card_ref text, at timestamptz,
        mode text, line_name text, state text, entry jsonb, exit jsonb, fare_amount bigint, fare_currency text)
      left join card_days using (service_day, card_ref)
    ), newest as (
      select distinct on (trip_id) * from incoming where card_id is not null
      order by trip_id, revision desc, ordinal
    ), stored as (
      insert into trips (trip_id, card_id, revision, service_day, at, mode, line_name, state, entry, exit,
        fare_amount, fare_currency)
      select trip_id, card_id, revision, service_day, at, mode, line_name, state, entry, exit,
        fare_amount, fare_currency
      from newest
      on conflict (trip_id) do update set
        card_id = excluded.card_id, revision = excluded.revision, service_day = excluded.service_day,
        at = excluded.at, mode = excluded.mode, line_name = excluded.line_name, state = excluded.state,
        entry = excluded.entry, exit = excluded.exit, fare_amount = excluded.fare_amount,
        fare_currency = excluded.fare_currency
      where trips.revision < excluded.revision
      returning trip_id
    )
    select case
      when incoming.card_id is null then 'unknown_card'
      when newest.ordinal is not null and stored.trip_id is not null then 'applied'
      else 'duplicate' end as result
    from incoming
    left join newest using (ordinal)
    left join stored on stored.trip_id = incoming.trip_id
    order by incoming.ordinal`.execute(db);
  return rows.map(({ result }) => result);
}

/** Where a page of the history ended. */
export interface TripPosition {
  at: Date;
  tripId: string;
}

/** Newest first, beginning after a position; a withdrawn trip is nobody's history. */
export async function listTrips(
  db: IssuerDb,
  cardId: string,
  { after, limit }: { after: TripPosition | null; limit: number },
): Promise<ShownTrip[]> {
  return db
    .selectFrom('trips')
    .where('card_id', '=', cardId)
    .where('state', '<>', 'withdrawn')
    .$if(after !== null, (query) =>
      query.where(sql<boolean>`(at, trip_id) < (${after?.at}, ${after?.tripId})`),
    )
    .orderBy('at', 'desc')
    .orderBy('trip_id', 'desc')
    .limit(limit)
    .selectAll()
    .$narrowType<{ state: RiderTrip['state'] }>()
    .execute();
}
