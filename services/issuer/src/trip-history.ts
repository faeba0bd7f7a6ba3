/** A card's history in pages, newest first. */
import type { RiderTrip } from '@vedong/contracts';
import { ServiceError } from '@vedong/runtime/problem';
import { getCard } from './cards.ts';
import type { IssuerDb } from './db/database.ts';
import { listTrips, type TripPosition, type ShownTrip } from './db/trips.ts';

/** `after`: the `next` of the page before. Throws `card_not_found`, and `invalid_request` for an `after` we never gave. */
export async function getTripHistory(
  db: IssuerDb,
  { riderId, cardId }: { riderId: string; cardId: string },
  { after, limit }: { after?: string | undefined; limit: number },
): Promise<{ trips: RiderTrip[]; next: string | null }> {
  await getCard(db, riderId, cardId);
  const position = after === undefined ? null : readCursor(after);
  // One more than asked for tells whether there is another page.
  const rows = await listTrips(db, cardId, { after: position, limit: limit + 1 });
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return { trips: rows.slice(0, limit).map(toRiderTrip), next: last ? writeCursor(last) : null };
}

/** Milliseconds and trip. */
const cursorForm = /^(\d{1,13}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

const writeCursor = ({ at, trip_id: tripId }: ShownTrip): string =>
  Buffer.from(`${at.getTime()} ${tripId}`).toString('base64url');

function readCursor(text: string): TripPosition {
  const [, milliseconds, tripId] = cursorForm.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (!milliseconds || !tripId) {
    throw new ServiceError(400, 'invalid_request', {
      detail: 'Some fields are not as this endpoint needs them.',
      issues: [{ path: 'query.after', message: 'is not the "next" of a page before' }],
    });
  }
  return { at: new Date(Number(milliseconds)), tripId };
}

const toRiderTrip = (row: ShownTrip): RiderTrip => ({
  tripId: row.trip_id,
  mode: row.mode,
  lineName: row.line_name,
  state: row.state,
  entry: row.entry,
  exit: row.exit,
  fare:
    row.fare_amount === null || row.fare_currency === null
      ? null
      : { amount: row.fare_amount, currency: row.fare_currency },
});
