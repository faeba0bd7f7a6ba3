/** Settles cards whose trips changed, and brings the ledger to what their riders owe now. */
import type { SettledTrip } from '@vedong/fares';
import { addServiceDays, serviceDayAt, serviceDayStart, type ServiceCalendar } from '@vedong/travel';
import type { IssuerDb } from './db/database.ts';
import { fareRevenueOf, move, postTransactions, walletOf, type Posting } from './db/ledger.ts';
import { listPasses, putPassUses, toKnownPass } from './db/passes.ts';
import {
  listPaidBefore,
  listTripAccounts,
  putSettlements,
  type SettledRow,
  type TripAccount,
} from './db/settlements.ts';
import { listTerms } from './db/terms.ts';
import { firstDayThatMatters, settleCard, type SettlementTerms } from './settle-card.ts';
import { settlementTerms } from './terms.ts';

/**
 * `changes`: cards, and since when a trip of theirs may have changed. Their wallets are held by the transaction.
 * From that moment on trips are read and settled anew, and each difference becomes one transaction of the ledger; of
 * those before, since the start of the month and week, only what was paid is read, because it counts towards caps.
 * Nothing that was posted is edited.
 */
export async function settleTripsOf(
  db: IssuerDb,
  changes: ReadonlyMap<string, Date>,
  { now, calendar }: { now: Date; calendar: ServiceCalendar },
): Promise<void> {
  const tariffs = await listTerms(db);
  const terms = settlementTerms(tariffs, serviceDayAt(now.getTime() / 1000, calendar));
  const cards = [...changes].map(([cardId, changed]) => {
    const changedFrom = new Date(Math.floor(changed.getTime() / 1000) * 1000);
    const day = serviceDayAt(changedFrom.getTime() / 1000, calendar);
    const since = new Date(serviceDayStart(firstDayThatMatters(day), calendar) * 1000);
    // A ticket is good for some hours after its service day.
    return { cardId, since, changedFrom, fromDay: addServiceDays(day, -1) };
  });
  const trips = Map.groupBy(await listTripAccounts(db, cards), ({ cardId }) => cardId);
  const paid = terms.caps.length === 0 ? [] : await listPaidBefore(db, cards, listBoundaries(terms.caps));
  const paidBefore = Map.groupBy(paid, ({ cardId }) => cardId);
  const passes = Map.groupBy(await listPasses(db, [...changes.keys()]), (pass) => pass.card_id);

  const outcomes = cards.map(({ cardId, changedFrom }) => {
    const known = {
      trips: trips.get(cardId) ?? [],
      passes: (passes.get(cardId) ?? []).flatMap((pass) => toKnownPass(pass) ?? []),
      paidBefore: (paidBefore.get(cardId) ?? []).map(({ amount, ...paid }) => ({
        ...paid,
        paid: { amount, currency: 'VND' },
      })),
    };
    const outcome = settleCard(known, changedFrom.getTime() / 1000, terms);
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

/** Days on which a cap begins, or is over. */
const listBoundaries = (caps: SettlementTerms['caps']): string[] =>
  caps.flatMap(({ fromDay, toDay }) => [fromDay, ...(toDay === null ? [] : [addServiceDays(toDay, 1)])]);

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
