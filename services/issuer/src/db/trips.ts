/** Trips as the riders see them, stored from charges. */
import type { Charge, RiderTrip } from '@vedong/contracts';
import { sql, type Selectable } from 'kysely';
import type { IssuerDb } from './database.ts';
import type { IssuerTables } from './tables.ts';

/** A trip that is part of a card's history. */
export type ShownTrip = Selectable<IssuerTables['trips']> & { state: RiderTrip['state'] };

export interface StoredCharge {
  /** `other_card`: the trip is known as another card's, which no revision changes. */
  result: 'applied' | 'duplicate' | 'unknown_card' | 'other_card';
  cardId: string | null;
  /** When the trip begins, or began by the revision before where that is earlier. */
  changedFrom: Date;
}

/**
 * Stores charges in one statement; answers in their order. Of several revisions of one trip the highest wins,
 * whatever order they come in. `startsAt`: RFC 3339 in UTC.
 */
export async function storeCharges(
  db: IssuerDb,
  charges: readonly { charge: Charge; startsAt: string }[],
): Promise<StoredCharge[]> {
  const { rows } = await sql<StoredCharge>`
    with incoming as (
      select incoming.*, card_id
      from jsonb_to_recordset(${JSON.stringify(charges.map(toRow))}::jsonb) as incoming(
        ordinal integer, trip_id uuid, revision bigint, service_day date, card_ref text, at timestamptz,
        mode text, line_id text, line_name text, agency text, concession integer, state text, entry jsonb,
        exit jsonb, distance_metres integer, fare_amount bigint, fare_currency text, pricing jsonb,
        corrections jsonb)
      left join card_days using (service_day, card_ref)
    ), newest as (
      select distinct on (trip_id) * from incoming where card_id is not null
      order by trip_id, revision desc, ordinal
    ), stored as (
      insert into trips (trip_id, card_id, revision, service_day, at, mode, line_id, line_name, agency,
        concession, state, entry, exit, distance_metres, fare_amount, fare_currency, pricing, corrections)
      select trip_id, card_id, revision, service_day, at, mode, line_id, line_name, agency,
        concession, state, entry, exit, distance_metres, fare_amount, fare_currency, pricing, corrections
      from newest
      on conflict (trip_id) do update set
        revision = excluded.revision, service_day = excluded.service_day, at = excluded.at,
        mode = excluded.mode, line_id = excluded.line_id, line_name = excluded.line_name,
        agency = excluded.agency, concession = excluded.concession, state = excluded.state,
        entry = excluded.entry, exit = excluded.exit, distance_metres = excluded.distance_metres,
        fare_amount = excluded.fare_amount, fare_currency = excluded.fare_currency, pricing = excluded.pricing,
        corrections = excluded.corrections
      where trips.revision < excluded.revision and trips.card_id = excluded.card_id
      returning trip_id
    )
    select incoming.card_id as "cardId", least(incoming.at, before.at) as "changedFrom", case
      when incoming.card_id is null then 'unknown_card'
      when before.card_id <> incoming.card_id then 'other_card'
      when newest.ordinal is not null and stored.trip_id is not null then 'applied'
      else 'duplicate' end as result
    from incoming
    left join trips before on before.trip_id = incoming.trip_id
    left join newest using (ordinal)
    left join stored on stored.trip_id = incoming.trip_id
    order by incoming.ordinal`.execute(db);
  return rows;
}

const toRow = ({ charge, startsAt }: { charge: Charge; startsAt: string }, ordinal: number) => ({
  ordinal,
  trip_id: charge.tripId,
  revision: charge.revision,
  service_day: charge.serviceDay,
  card_ref: charge.cardRef,
  at: startsAt,
  mode: charge.mode,
  line_id: charge.lineId,
  line_name: charge.lineName,
  agency: charge.agency,
  concession: charge.concession,
  state: charge.state,
  entry: charge.entry,
  exit: charge.exit,
  distance_metres: charge.distanceMetres,
  fare_amount: charge.fare?.amount,
  fare_currency: charge.fare?.currency,
  pricing: charge.pricing,
  corrections: charge.corrections,
});

/** Undefined for a trip that does not exist, is another card's or was withdrawn. */
export async function findTrip(db: IssuerDb, cardId: string, tripId: string): Promise<ShownTrip | undefined> {
  return db
    .selectFrom('trips')
    .where('trip_id', '=', tripId)
    .where('card_id', '=', cardId)
    .where('state', '<>', 'withdrawn')
    .selectAll()
    .$narrowType<{ state: RiderTrip['state'] }>()
    .executeTakeFirst();
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
