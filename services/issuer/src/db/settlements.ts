/** Trips as settling reads and leaves them. */
import type { Settlement } from '@vedong/contracts';
import { sql } from 'kysely';
import type { KnownTrip } from '../settle-card.ts';
import type { IssuerDb } from './database.ts';

/** A trip with what the ledger holds of it. */
export interface TripAccount extends KnownTrip {
  cardId: string;
  riderId: string;
  lineName: string;
  settledAgency: string | null;
  postings: number;
}

/** Who pays for these days of cards, once each. */
export async function listPayers(
  db: IssuerDb,
  charges: readonly { serviceDay: string; cardRef: string }[],
): Promise<string[]> {
  const keys = charges.map(({ serviceDay, cardRef }) => ({ service_day: serviceDay, card_ref: cardRef }));
  const { rows } = await sql<{ rider_id: string }>`
    select distinct rider_id
    from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as charge(service_day date, card_ref text)
    join card_days using (service_day, card_ref) join cards using (card_id)`.execute(db);
  return rows.map((row) => row.rider_id);
}

/** All trips of each card that began at `changedFrom` or later. */
export async function listTripAccounts(
  db: IssuerDb,
  cards: readonly { cardId: string; changedFrom: Date }[],
): Promise<TripAccount[]> {
  const wanted = cards.map(({ cardId, changedFrom }) => ({ card_id: cardId, since: changedFrom }));
  const { rows } = await sql<
    Record<'trip_id' | 'card_id' | 'rider_id' | 'line_name' | 'line_id' | 'agency', string> & {
      at: Date;
      service_day: string;
      mode: TripAccount['mode'];
      concession: number;
      basis: TripAccount['basis'] | null;
      face_value: TripAccount['faceValue'];
      fare_amount: number | null;
      settled_amount: number | null;
      settled_agency: string | null;
      applied: Settlement['applied'] | null;
      postings: number;
    }
  >`
    select trip_id, t.card_id, rider_id, line_name, line_id, agency, t.at, service_day, mode, concession,
      pricing ->> 'basis' as basis, pricing -> 'faceValue' as face_value,
      case when t.state <> 'withdrawn' then fare_amount end as fare_amount,
      settled_amount, settled_agency, settled ->> 'applied' as applied, postings
    from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as wanted(card_id uuid, since timestamptz)
    join trips t on t.card_id = wanted.card_id and t.at >= wanted.since
    join cards c on c.card_id = t.card_id`.execute(db);
  return rows.map((row) => ({
    tripId: row.trip_id,
    cardId: row.card_id,
    riderId: row.rider_id,
    beganAtSeconds: Math.floor(row.at.getTime() / 1000),
    serviceDay: row.service_day,
    mode: row.mode,
    lineId: row.line_id,
    lineName: row.line_name,
    agency: row.agency,
    concession: row.concession,
    basis: row.basis ?? 'tariff',
    fare: row.fare_amount === null ? null : { amount: row.fare_amount, currency: 'VND' },
    faceValue: row.face_value,
    settled:
      row.settled_amount === null || row.applied === null
        ? null
        : { amount: row.settled_amount, applied: row.applied },
    settledAgency: row.settled_agency,
    postings: row.postings,
  }));
}

/** What was paid for trips that stand, of a mode and concession, in days that count alike: the last of them. */
export interface PaidBefore {
  cardId: string;
  serviceDay: string;
  mode: TripAccount['mode'];
  concession: number;
  amount: number;
}

/**
 * What each card paid for trips that began at `since` or later and before `changedFrom`. From `fromDay` on each service
 * day stands by itself; earlier ones are summed by week and month, and never over one of `boundaries`, the days on
 * which a cap begins or has ended. A month of trips is read here, and never leaves the database.
 */
export async function listPaidBefore(
  db: IssuerDb,
  cards: readonly { cardId: string; since: Date; changedFrom: Date; fromDay: string }[],
  boundaries: readonly string[],
): Promise<PaidBefore[]> {
  const wanted = cards.map(({ cardId, since, changedFrom, fromDay }) => {
    return { card_id: cardId, since, changed_from: changedFrom, from_day: fromDay };
  });
  const { rows } = await sql<PaidBefore>`
    select t.card_id as "cardId", max(service_day) as "serviceDay", mode, concession,
      sum(settled_amount)::bigint as amount
    from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb)
      as wanted(card_id uuid, since timestamptz, changed_from timestamptz, from_day date)
    join trips t on t.card_id = wanted.card_id and t.at >= wanted.since and t.at < wanted.changed_from
    where settled_amount > 0 and settled ->> 'applied' in ('fare', 'cap')
    group by t.card_id, mode, concession, case when service_day >= from_day then service_day end,
      date_trunc('week', service_day), date_trunc('month', service_day),
      (select count(*) from unnest(${boundaries}::date[]) as boundary where boundary <= service_day)`.execute(
    db,
  );
  return rows;
}

export interface SettledRow {
  trip_id: string;
  settled: object | null;
  settled_amount: number | null;
  settled_agency: string | null;
  postings: number;
}

export async function putSettlements(db: IssuerDb, rows: readonly SettledRow[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    update trips set settled = new.settled, settled_amount = new.settled_amount,
      settled_agency = new.settled_agency, postings = new.postings
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as new(
      trip_id uuid, settled jsonb, settled_amount bigint, settled_agency text, postings integer)
    where trips.trip_id = new.trip_id
      and (trips.settled, trips.settled_amount, trips.settled_agency, trips.postings)
        is distinct from (new.settled, new.settled_amount, new.settled_agency, new.postings)`.execute(db);
}
