/** Reads the taps of cards whose trips must be paired again, and writes what changed, with its place in the outbox. */
import { sql } from 'kysely';
import type { PairedTrip, PairingTap } from '../pair-taps.ts';
import type { TripPrice } from '../price-trips.ts';
import type { CardDay } from './pairing-queue.ts';
import type { Tx } from './tables.ts';

const cardsPerTurn = 1000;

type CardDayTap = PairingTap & CardDay;
export type CardDayTrip = PairedTrip & TripPrice & CardDay;

/** The accepted taps of these cards on these days, with what their gates are. Concessions nobody knows pay in full. */
export async function listAcceptedTaps(tx: Tx, cardDays: readonly CardDay[]): Promise<CardDayTap[]> {
  const taps: CardDayTap[] = [];
  for (const [day, ofDay] of Map.groupBy(cardDays, ({ serviceDay }) => serviceDay)) {
    const { rows } = await sql<CardDayTap & { at: Date }>`
      select service_day as "serviceDay", card_ref as "cardRef", tap_id as "tapId", at, gate_id as "gateId", kind,
        mode, line_id as "lineId", place_id as "placeId", issuer,
        case when concession in (1, 2) then concession else 0 end as concession
      from taps join gates using (gate_id) join lines using (line_id)
      where service_day = ${day} and card_ref = any(${ofDay.map(({ cardRef }) => cardRef)}::text[])
        and outcome = 'accepted'`.execute(tx);
    for (const { at, ...tap } of rows) taps.push({ ...tap, atMilliseconds: at.getTime() });
  }
  return taps;
}

/**
 * Writes all trips of these cards and days. What is new or differs gets its next revision and goes to the outbox; a
 * trip that is no more is withdrawn. Gives the number of changes.
 */
export async function saveTrips(
  tx: Tx,
  cardDays: readonly CardDay[],
  trips: readonly CardDayTrip[],
  now: string,
): Promise<number> {
  const column = <T>(value: (trip: CardDayTrip, first: PairingTap) => T): T[] =>
    trips.map((trip) => value(trip, (trip.entry ?? trip.exit) as PairingTap));
  const instant = (tap: PairingTap | null) => (tap ? new Date(tap.atMilliseconds).toISOString() : null);
  const { numAffectedRows } = await sql`
    with given as (
      select * from unnest(
        ${column((trip) => trip.serviceDay)}::date[], ${column((trip) => trip.cardRef)}::text[],
        ${column((trip) => trip.tripId)}::uuid[], ${column((_, first) => first.issuer)}::integer[],
        ${column((_, first) => first.mode)}::text[], ${column((_, first) => first.lineId)}::text[],
        ${column((trip) => trip.state)}::text[], ${column(({ entry }) => entry?.tapId)}::uuid[],
        ${column(({ entry }) => entry?.gateId)}::text[], ${column(({ entry }) => instant(entry))}::timestamptz[],
        ${column(({ exit }) => exit?.tapId)}::uuid[], ${column(({ exit }) => exit?.gateId)}::text[],
        ${column(({ exit }) => instant(exit))}::timestamptz[], ${column((_, first) => instant(first))}::timestamptz[],
        ${column((_, first) => first.concession)}::smallint[], ${column((trip) => trip.distanceMetres)}::integer[],
        ${column(({ fare }) => fare?.amount)}::bigint[], ${column(({ fare }) => fare?.currency)}::text[],
        ${column(({ pricing }) => pricing && JSON.stringify(pricing))}::jsonb[]
      ) as trip (service_day, card_ref, trip_id, issuer, mode, line_id, state, entry_tap_id, entry_gate_id, entry_at,
        exit_tap_id, exit_gate_id, exit_at, began_at, concession, distance_metres, fare_amount, fare_currency, pricing)
    ), written as (
      insert into trips as old (service_day, card_ref, trip_id, issuer, mode, line_id, state, entry_tap_id,
        entry_gate_id, entry_at, exit_tap_id, exit_gate_id, exit_at, began_at, concession, distance_metres,
        fare_amount, fare_currency, pricing)
      select * from given
      on conflict (service_day, card_ref, trip_id) do update set revision = old.revision + 1,
        issuer = excluded.issuer, mode = excluded.mode, line_id = excluded.line_id, state = excluded.state,
        entry_tap_id = excluded.entry_tap_id, entry_gate_id = excluded.entry_gate_id, entry_at = excluded.entry_at,
        exit_tap_id = excluded.exit_tap_id, exit_gate_id = excluded.exit_gate_id, exit_at = excluded.exit_at,
        began_at = excluded.began_at, concession = excluded.concession, distance_metres = excluded.distance_metres,
        fare_amount = excluded.fare_amount, fare_currency = excluded.fare_currency, pricing = excluded.pricing
      where (old.issuer, old.mode, old.line_id, old.state, old.entry_tap_id, old.entry_gate_id, old.entry_at,
          old.exit_tap_id, old.exit_gate_id, old.exit_at, old.concession, old.distance_metres, old.fare_amount,
          old.fare_currency, old.pricing)
        is distinct from (excluded.issuer, excluded.mode, excluded.line_id, excluded.state, excluded.entry_tap_id,
          excluded.entry_gate_id, excluded.entry_at, excluded.exit_tap_id, excluded.exit_gate_id, excluded.exit_at,
          excluded.concession, excluded.distance_metres, excluded.fare_amount, excluded.fare_currency,
          excluded.pricing)
      returning service_day, card_ref, trip_id, revision
    ), withdrawn as (
      update trips set state = 'withdrawn', revision = trips.revision + 1, distance_metres = null,
        fare_amount = null, fare_currency = null, pricing = null
      from unnest(${cardDays.map((c) => c.serviceDay)}::date[], ${cardDays.map((c) => c.cardRef)}::text[])
        as touched (service_day, card_ref)
      where trips.service_day = touched.service_day and trips.card_ref = touched.card_ref
        and trips.state <> 'withdrawn'
        and not exists (select from given where given.trip_id = trips.trip_id
          and given.service_day = trips.service_day and given.card_ref = trips.card_ref)
      returning trips.service_day, trips.card_ref, trips.trip_id, trips.revision
    )
    insert into charge_outbox (service_day, card_ref, trip_id, revision, queued_at)
    select service_day, card_ref, trip_id, revision, ${now}::timestamptz
    from (select * from written union all select * from withdrawn) as changed
    on conflict (service_day, card_ref, trip_id) do update set revision = excluded.revision,
      queued_at = excluded.queued_at, result = null, code = null, answered_at = null`.execute(tx);
  return Number(numAffectedRows);
}

/** Cards with an open trip that began before an instant, oldest first. */
export async function listOverdueCards(tx: Tx, beganBefore: string): Promise<CardDay[]> {
  return tx
    .selectFrom('trips')
    .select(['service_day as serviceDay', 'card_ref as cardRef'])
    .where('state', '=', 'open')
    .where('began_at', '<', new Date(beganBefore))
    .orderBy('began_at')
    .limit(cardsPerTurn)
    .execute();
}
