/** Settles cards whose trips changed, and brings the ledger to what their riders owe now. */
import type { SettledTrip } from '@vedong/fares';
import { serviceDayAt, serviceDayStart, type ServiceCalendar } from '@vedong/travel';
import type { IssuerDb } from './db/database.ts';
import { fareRevenueOf, move, postTransactions, walletOf, type Posting } from './db/ledger.ts';
import { listPasses, putPassUses, toKnownPass } from './db/passes.ts';
import { listTripAccounts, putSettlements, type SettledRow, type TripAccount } from './db/settlements.ts';
import { listTerms } from './db/terms.ts';
import { firstDayThatMatters, settleCard } from './settle-card.ts';
import { settlementTerms } from './terms.ts';

/**
 * `changes`: cards, and since when a trip of theirs may have changed. Their wallets are held by the transaction.
 * Trips from the start of the month and week of that moment are read; from the moment itself on they are settled
 * anew, and each difference becomes one transaction of the ledger. Nothing that was posted is edited.
 */
export async function settleTripsOf(
  db: IssuerDb,
  changes: ReadonlyMap<string, Date>,
  { now, calendar }: { now: Date; calendar: ServiceCalendar },
): Promise<void> {
  const tariffs = await listTerms(db);
  const terms = settlementTerms(tariffs, serviceDayAt(now.getTime() / 1000, calendar));
  const since = (changed: Date) => {
    const day = firstDayThatMatters(serviceDayAt(changed.getTime() / 1000, calendar));
    return new Date(serviceDayStart(day, calendar) * 1000);
  };
  const cards = [...changes].map(([cardId, changed]) => ({ cardId, since: since(changed) }));
  const trips = Map.groupBy(await listTripAccounts(db, cards), ({ cardId }) => cardId);
  const passes = Map.groupBy(await listPasses(db, [...changes.keys()]), (pass) => pass.card_id);

  const outcomes = [...changes].map(([cardId, changed]) => {
    const known = {
      trips: trips.get(cardId) ?? [],
      passes: (passes.get(cardId) ?? []).flatMap((pass) => toKnownPass(pass) ?? []),
    };
    const outcome = settleCard(known, Math.floor(changed.getTime() / 1000), terms);
    const before = new Map(known.trips.map((trip) => [trip.tripId, trip]));
    return {
      passes: outcome.passes,
      trips: outcome.trips.map((trip) => bookTrip(before.get(trip.tripId)!, trip, now)),
    };
  });
  const booked = outcomes.flatMap((outcome) => outcome.trips);
  await postTransactions(
    db,
    booked.flatMap(({ posting }) => posting ?? []),
  );
  await putSettlements(
    db,
    booked.map(({ row }) => row),
  );
  await putPassUses(
    db,
    outcomes.flatMap((outcome) => outcome.passes),
  );
}

/** What to store of a settled trip, and what to post: nothing where the ledger holds the amount already. */
export function bookTrip(
  trip: TripAccount,
  { fare, settled }: SettledTrip,
  now: Date,
): { row: SettledRow; posting: Posting | null } {
  const entries = differenceOf(trip, fare?.amount ?? 0);
  const postings = trip.postings + (entries.length > 0 ? 1 : 0);
  const posting: Posting = {
    reference: `trip:${trip.tripId}:${postings}`,
    kind: trip.postings === 0 ? 'trip' : 'trip_adjustment',
    at: now,
    subject: trip.lineName,
    tripId: trip.tripId,
    entries,
  };
  const row = {
    trip_id: trip.tripId,
    settled,
    settled_amount: fare?.amount ?? null,
    settled_agency: fare === null ? null : trip.agency,
    postings,
  };
  return { row, posting: entries.length > 0 ? posting : null };
}

function differenceOf(
  { riderId, agency, settled, settledAgency }: TripAccount,
  due: number,
): Posting['entries'] {
  const paid = settled?.amount ?? 0;
  if (settledAgency === null || settledAgency === agency) {
    return due === paid ? [] : move(due - paid, walletOf(riderId), fareRevenueOf(agency));
  }
  return [
    { account: walletOf(riderId), amount: paid - due },
    { account: fareRevenueOf(settledAgency), amount: -paid },
    { account: fareRevenueOf(agency), amount: due },
  ].filter(({ amount }) => amount !== 0);
}
