/** Reads the taps of cards whose trips must be paired again, and writes what changed, with its place in the outbox. */
import { sql } from 'kysely';
import { instantOf } from '@vedong/runtime/clock';
import type { TripCorrection } from '@vedong/contracts';
import type { ConflictTap } from '../find-conflicts.ts';
import type { PairedTrip, RideEnd } from '../pair-taps.ts';
import type { TripPrice } from '../price-trips.ts';
import { arrayText } from './array-text.ts';
import type { CardDay } from './pairing-queue.ts';
import type { Tx } from './tables.ts';

const overdueCardsPerTurn = 1000;

export type CardDayTap = ConflictTap & CardDay;
export type CardDayTrip = PairedTrip & TripPrice & CardDay & { corrections: TripCorrection[] | null };
type TripKey = CardDay & { tripId: string };

/** The accepted taps of these cards on these days, with what their gates are. A concession nobody knows pays in full. */
export async function listAcceptedTaps(tx: Tx, cardDays: readonly CardDay[]): Promise<CardDayTap[]> {
  // One look-up a card, come what may ("offset 0" keeps the subquery whole): of a partition made today the planner
  // knows so little that it would rather read all of it.
  const { rows } = await sql<CardDayTap & { at: Date }>`
    select tap.*, kind, mode, line_id as "lineId", place_id as "placeId", latitude, longitude, tap_policy as "tapPolicy"
    from unnest(${daysOf(cardDays)}::date[], ${cardRefsOf(cardDays)}::text[]) as card (service_day, card_ref)
    cross join lateral (
      select service_day as "serviceDay", card_ref as "cardRef", tap_id as "tapId", at, gate_id as "gateId", issuer, slot,
        validator_id as "validatorId", seq, continues,
        case when concession in (1, 2) then concession else 0 end as concession
      from taps
      where service_day = card.service_day and card_ref = card.card_ref and outcome = 'accepted'
      offset 0
    ) as tap
    join gates on gate_id = tap."gateId" join lines using (line_id) join places using (place_id)`.execute(tx);
  return rows.map(({ at, ...tap }) => ({ ...tap, atMilliseconds: at.getTime() }));
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
  const paired = new Set(trips.map(({ tripId }) => tripId));
  const gone = (await listTripKeys(tx, cardDays)).filter(({ tripId }) => !paired.has(tripId));
  const column = (value: (trip: CardDayTrip, first: RideEnd) => string | number | null | undefined): string =>
    arrayText(trips.map((trip) => value(trip, (trip.entry ?? trip.exit) as RideEnd)));
  const instant = (end: RideEnd | null) => end && instantOf(end.atMilliseconds);
  const untappedPlace = (end: RideEnd | null) => (end?.source ? end.placeId : null);
  const jsonOf = (value: object | null) => value && JSON.stringify(value);
  const { numAffectedRows } = await sql`
    with written as (
      insert into trips as old (service_day, card_ref, trip_id, issuer, mode, line_id, state, entry_tap_id,
        entry_gate_id, entry_at, exit_tap_id, exit_gate_id, exit_at, began_at, concession, distance_metres,
        fare_amount, fare_currency, pricing, entry_place_id, exit_place_id, inferred_from_tap_id, corrections)
      select * from unnest(
        ${daysOf(trips)}::date[], ${cardRefsOf(trips)}::text[], ${column((trip) => trip.tripId)}::uuid[],
        ${column((_, first) => first.issuer)}::integer[], ${column((_, first) => first.mode)}::text[],
        ${column((_, first) => first.lineId)}::text[], ${column((trip) => trip.state)}::text[],
        ${column(({ entry }) => entry?.tapId)}::uuid[], ${column(({ entry }) => entry?.gateId)}::text[],
        ${column(({ entry }) => instant(entry))}::timestamptz[], ${column(({ exit }) => exit?.tapId)}::uuid[],
        ${column(({ exit }) => exit?.gateId)}::text[], ${column(({ exit }) => instant(exit))}::timestamptz[],
        ${column((_, first) => instant(first))}::timestamptz[],
        ${column((_, first) => first.concession)}::smallint[], ${column((trip) => trip.distanceMetres)}::integer[],
        ${column(({ fare }) => fare?.amount)}::bigint[], ${column(({ fare }) => fare?.currency)}::text[],
        ${trips.map(({ pricing }) => jsonOf(pricing))}::jsonb[],
        ${column(({ entry }) => untappedPlace(entry))}::text[], ${column(({ exit }) => untappedPlace(exit))}::text[],
        ${column((trip) => trip.inferredFrom)}::uuid[],
        ${trips.map(({ corrections }) => jsonOf(corrections))}::jsonb[])
      on conflict (service_day, card_ref, trip_id) do update set revision = old.revision + 1,
        issuer = excluded.issuer, mode = excluded.mode, line_id = excluded.line_id, state = excluded.state,
        entry_tap_id = excluded.entry_tap_id, entry_gate_id = excluded.entry_gate_id, entry_at = excluded.entry_at,
        exit_tap_id = excluded.exit_tap_id, exit_gate_id = excluded.exit_gate_id, exit_at = excluded.exit_at,
        began_at = excluded.began_at, concession = excluded.concession, distance_metres = excluded.distance_metres,
        fare_amount = excluded.fare_amount, fare_currency = excluded.fare_currency, pricing = excluded.pricing,
        entry_place_id = excluded.entry_place_id, exit_place_id = excluded.exit_place_id,
        inferred_from_tap_id = excluded.inferred_from_tap_id, corrections = excluded.corrections
      where (old.issuer, old.mode, old.line_id, old.state, old.entry_tap_id, old.entry_gate_id, old.entry_at,
          old.exit_tap_id, old.exit_gate_id, old.exit_at, old.concession, old.distance_metres, old.fare_amount,
          old.fare_currency, old.pricing, old.entry_place_id, old.exit_place_id, old.inferred_from_tap_id,
          old.corrections)
        is distinct from (excluded.issuer, excluded.mode, excluded.line_id, excluded.state, excluded.entry_tap_id,
          excluded.entry_gate_id, excluded.entry_at, excluded.exit_tap_id, excluded.exit_gate_id, excluded.exit_at,
          excluded.concession, excluded.distance_metres, excluded.fare_amount, excluded.fare_currency,
          excluded.pricing, excluded.entry_place_id, excluded.exit_place_id, excluded.inferred_from_tap_id,
          excluded.corrections)
      returning service_day, card_ref, trip_id, revision
    ), withdrawn as (
      update trips set state = 'withdrawn', revision = trips.revision + 1, distance_metres = null,
        fare_amount = null, fare_currency = null, pricing = null
      from unnest(${daysOf(gone)}::date[], ${cardRefsOf(gone)}::text[],
        ${arrayText(gone.map(({ tripId }) => tripId))}::uuid[]) as gone (service_day, card_ref, trip_id)
      where trips.service_day = gone.service_day and trips.card_ref = gone.card_ref and trips.trip_id = gone.trip_id
      returning trips.service_day, trips.card_ref, trips.trip_id, trips.revision
    )
    insert into charge_outbox (service_day, card_ref, trip_id, revision, queued_at)
    select service_day, card_ref, trip_id, revision, ${now}::timestamptz
    from (select * from written union all select * from withdrawn) as changed
    on conflict (service_day, card_ref, trip_id) do update set revision = excluded.revision,
      queued_at = excluded.queued_at, result = null, code = null, answered_at = null`.execute(tx);
  return Number(numAffectedRows);
}

/** The trips of these cards and days that stand until now; looked up like their taps. */
async function listTripKeys(tx: Tx, cardDays: readonly CardDay[]): Promise<TripKey[]> {
  const { rows } = await sql<TripKey>`
    select trip.*
    from unnest(${daysOf(cardDays)}::date[], ${cardRefsOf(cardDays)}::text[]) as card (service_day, card_ref)
    cross join lateral (
      select service_day as "serviceDay", card_ref as "cardRef", trip_id as "tripId"
      from trips
      where service_day = card.service_day and card_ref = card.card_ref and state <> 'withdrawn'
      offset 0
    ) as trip`.execute(tx);
  return rows;
}

/** Cards with an open trip that began before an instant, oldest first. */
export async function listOverdueCards(tx: Tx, beganBefore: string): Promise<CardDay[]> {
  return tx
    .selectFrom('trips')
    .select(['service_day as serviceDay', 'card_ref as cardRef'])
    .where('state', '=', 'open')
    .where('began_at', '<', new Date(beganBefore))
    .orderBy('began_at')
    .limit(overdueCardsPerTurn)
    .execute();
}

const daysOf = (cardDays: readonly CardDay[]) => arrayText(cardDays.map(({ serviceDay }) => serviceDay));
const cardRefsOf = (cardDays: readonly CardDay[]) => arrayText(cardDays.map(({ cardRef }) => cardRef));

/** What deciding about a trip needs to know of it. */
export interface LockedTrip extends TripKey {
  lineId: string;
  /** Whether nobody tapped at one of its ends. */
  lacksEnd: boolean;
  /** Of the end that was tapped, where there is one only. */
  knownPlaceId: string | null;
}

/** The trip, unless it was withdrawn; until the transaction ends nobody else changes it. */
export async function lockTrip(tx: Tx, tripId: string): Promise<LockedTrip | undefined> {
  const { rows } = await sql<LockedTrip>`
    select service_day as "serviceDay", card_ref as "cardRef", trip_id as "tripId", trips.line_id as "lineId",
      state <> 'complete' or entry_place_id is not null or exit_place_id is not null as "lacksEnd",
      gates.place_id as "knownPlaceId"
    from trips
    left join gates on gate_id = coalesce(entry_gate_id, exit_gate_id)
    where trip_id = ${tripId} and state <> 'withdrawn'
    for update of trips`.execute(tx);
  return rows[0];
}
