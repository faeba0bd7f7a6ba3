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

/** All trips of each card that began at `since` or later. */
export async function listTripAccounts(
  db: IssuerDb,
  cards: readonly { cardId: string; since: Date }[],
): Promise<TripAccount[]> {
  const wanted = cards.map(({ cardId, since }) => ({ card_id: cardId, since }));
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
