/** A card's history in pages, newest first, and the story of one trip. */
import type { Pricing, RiderCorrection, RiderTrip, WalletEntry } from '@vedong/contracts';
import { ServiceError } from '@vedong/runtime/problem';
import { getCard } from './cards.ts';
import { listCorrections } from './corrections.ts';
import type { IssuerDb } from './db/database.ts';
import { findTrip, listTrips, type TripPosition, type ShownTrip } from './db/trips.ts';
import { listWalletEntries } from './db/wallet-entries.ts';
import { toWalletEntry, vnd } from './wallet.ts';

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

/** No trip has had more: each entry is a change of its price. */
const mostEntriesOfATrip = 200;

/** Everything about one trip. Throws `card_not_found` and `trip_not_found`. */
export async function getTripStory(
  db: IssuerDb,
  { riderId, cardId }: { riderId: string; cardId: string },
  tripId: string,
): Promise<{
  trip: RiderTrip;
  pricing: Pricing | null;
  entries: WalletEntry[];
  corrections: RiderCorrection[];
}> {
  await getCard(db, riderId, cardId);
  const row = await findTrip(db, cardId, tripId);
  if (!row) throw new ServiceError(404, 'trip_not_found', { detail: 'This card has no such trip.' });
  const entries = await listWalletEntries(db, riderId, { tripId, limit: mostEntriesOfATrip });
  return {
    trip: toRiderTrip(row),
    pricing: row.pricing,
    entries: entries.map(toWalletEntry),
    corrections: await listCorrections(db, row),
  };
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

export const toRiderTrip = (row: ShownTrip): RiderTrip => ({
  tripId: row.trip_id,
  mode: row.mode,
  lineName: row.line_name,
  state: row.state,
  entry: row.entry,
  exit: row.exit,
  fare: row.settled_amount === null ? null : vnd(row.settled_amount),
  settled: row.settled,
});
