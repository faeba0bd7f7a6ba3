/** Trips for staff, newest first. Every filter has an index behind it. */
import { sql } from 'kysely';
import type { operatorApi, OperatorTrip, RequestOf } from '@vedong/contracts';
import { entryOf, exitOf, fareOf, selectNamedTrips, type NamedTripRow } from './named-trips.ts';
import { decodeCursor, toPage } from './page.ts';
import type { Db } from './tables.ts';

type TripQuery = RequestOf<(typeof operatorApi)['GET /v1/trips']>['query'];

const selectTrips = (db: Db) => db.selectFrom('trips').selectAll().where('state', '<>', 'withdrawn');

/** Throws `invalid_cursor`. */
export async function listTrips(
  db: Db,
  query: TripQuery,
): Promise<{ trips: OperatorTrip[]; next: string | null }> {
  let page = selectTrips(db)
    .orderBy('began_at', 'desc')
    .orderBy('trip_id', 'desc')
    .limit(query.limit + 1);
  if (query.serviceDay) page = page.where('service_day', '=', query.serviceDay);
  if (query.cardRef) page = page.where('card_ref', '=', query.cardRef);
  if (query.lineId) page = page.where('line_id', '=', query.lineId);
  if (query.state) page = page.where('state', '=', query.state);
  if (query.gateId) page = page.where(await endAt(db, query.gateId), '=', query.gateId);
  if (query.after) {
    const { at, id } = decodeCursor(query.after);
    page = page.where(sql<boolean>`(began_at, trip_id) < (${at}, ${id})`);
  }
  const rows = await selectNamedTrips(db, page).execute();
  const { items, next } = toPage(rows, query.limit, {
    cursorOf: (row) => ({ at: row.began_at, id: row.trip_id }),
    toItem: toTrip,
  });
  return { trips: items, next };
}

/** A gate is only ever one end of a trip; asking for that end alone lets an index give the order. */
async function endAt(db: Db, gateId: string): Promise<'entry_gate_id' | 'exit_gate_id'> {
  const gate = await db.selectFrom('gates').select('kind').where('gate_id', '=', gateId).executeTakeFirst();
  return gate?.kind === 'exit' || gate?.kind === 'alight' ? 'exit_gate_id' : 'entry_gate_id';
}

/** The trip, the ids of its taps, and of these the one that makes the place of its exit plain. */
export async function findTrip(
  db: Db,
  tripId: string,
): Promise<{ trip: OperatorTrip; tapIds: string[]; inferredFrom: string | null } | undefined> {
  const row = await selectNamedTrips(db, selectTrips(db).where('trip_id', '=', tripId)).executeTakeFirst();
  if (!row) return undefined;
  const { inferred_from_tap_id: inferredFrom, entry_tap_id: entry, exit_tap_id: exit } = row;
  return { trip: toTrip(row), tapIds: [entry, exit, inferredFrom].filter((id) => id !== null), inferredFrom };
}

/** Those of these trips that stand, by id. */
export async function findTrips(db: Db, tripIds: readonly string[]): Promise<Map<string, OperatorTrip>> {
  if (tripIds.length === 0) return new Map();
  const rows = await selectNamedTrips(db, selectTrips(db).where('trip_id', 'in', tripIds)).execute();
  return new Map(rows.map((row) => [row.trip_id, toTrip(row)]));
}

function toTrip(row: NamedTripRow): OperatorTrip {
  return {
    tripId: row.trip_id,
    revision: row.revision,
    serviceDay: row.service_day,
    cardRef: row.card_ref,
    mode: row.mode,
    lineId: row.line_id,
    lineName: row.line_name,
    state: row.state as OperatorTrip['state'],
    entry: entryOf(row),
    exit: exitOf(row),
    concession: row.concession,
    fare: fareOf(row),
    pricing: row.pricing,
    inConflict: row.in_conflict,
  };
}
