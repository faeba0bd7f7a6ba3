/** Pairs taps into trips and prices them: of cards that have new taps, and of trips that stayed open too long. */
import { maxCorrectionsOfTrip, type TripCorrection, type TripDecision } from '@vedong/contracts';
import { instantOf } from '@vedong/runtime/clock';
import type { OperatorContext } from './context.ts';
import { lockPairing, takeFromQueue, type CardDay } from './db/pairing-queue.ts';
import type { Tx } from './db/tables.ts';
import { listAcceptedTaps, listOverdueCards, saveTrips } from './db/trips.ts';
import { rememberDays } from './judge-record.ts';
import { settleConflicts } from './find-conflicts.ts';
import { pairCards } from './pair-cards.ts';
import { longestTripMilliseconds, type PairedTrip, type RideEnd } from './pair-taps.ts';
import { priceTrips, type TripPrice } from './price-trips.ts';
import { keepConflicts } from './settle-conflicts.ts';
import { loadTariffsInForce } from './tariffs-in-force.ts';
import { watchMarks } from './watch-journal.ts';

/** Works on the queue. True where there may be more. */
export const makeTrips = (context: OperatorContext): Promise<boolean> => makeTripsOf(context, takeFromQueue);

/** Closes open trips whose exit can no longer come. True where there may be more. */
export const closeOverdueTrips = (context: OperatorContext): Promise<boolean> =>
  makeTripsOf(context, (tx) =>
    listOverdueCards(tx, instantOf(context.clock.nowMilliseconds() - longestTripMilliseconds)),
  );

async function makeTripsOf(
  context: OperatorContext,
  chooseCards: (tx: Tx) => Promise<CardDay[]>,
): Promise<boolean> {
  const { db, clock, metrics, calendar } = context;
  const nowMilliseconds = clock.nowMilliseconds();
  return db.transaction().execute(async (tx) => {
    const cardDays = (await lockPairing(tx)) ? await chooseCards(tx) : [];
    if (cardDays.length === 0) return false;
    const tapsByCard = Map.groupBy(
      await listAcceptedTaps(tx, cardDays),
      ({ serviceDay, cardRef }) => `${serviceDay} ${cardRef}`,
    );
    const settled = [...tapsByCard.values()].map((taps) => ({
      card: taps[0] as (typeof taps)[number],
      ...settleConflicts(taps, context.conflictPolicy.limits),
    }));
    await keepConflicts(tx, context, settled, instantOf(nowMilliseconds));
    const falseMarks = settled.flatMap((card) => card.falseMarks);
    await watchMarks(tx, context, falseMarks, nowMilliseconds);
    const paired = await pairCards(tx, settled, nowMilliseconds);
    const dayAt = rememberDays(calendar);
    const dayOf = ({ entry, exit }: PairedTrip) => dayAt(((entry ?? exit) as RideEnd).atMilliseconds);
    const days = new Set(paired.flatMap(({ trips }) => trips.map(dayOf)));
    const inForce = await loadTariffsInForce(db, tx, days);
    const trips = paired.flatMap(({ card: { serviceDay, cardRef }, trips, decisions }) => {
      const prices = priceTrips(trips, (trip) => {
        const day = dayOf(trip);
        return { day, inForce: inForce.get(day) ?? null };
      });
      return trips.map((trip) => ({
        ...trip,
        ...(prices.get(trip.tripId) as TripPrice),
        serviceDay,
        cardRef,
        corrections: toldOf(decisions.get(trip.tripId)),
      }));
    });
    metrics.trips.inc(await saveTrips(tx, cardDays, trips, instantOf(nowMilliseconds)));
    return true;
  });
}

/** What the rider is told of the decisions: not who took them. */
function toldOf(decisions: readonly TripDecision[] | undefined): TripCorrection[] | null {
  if (!decisions) return null;
  return decisions.slice(-maxCorrectionsOfTrip).map(({ decisionId, requestId, kind, place, reason, at }) => ({
    decisionId,
    requestId,
    kind,
    place,
    reason,
    at,
  }));
}
