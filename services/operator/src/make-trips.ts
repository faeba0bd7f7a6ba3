/** Pairs taps into trips: of cards that have new taps, and of trips that stayed open too long. */
import { instantOf } from '@vedong/runtime/clock';
import type { OperatorContext } from './context.ts';
import { lockPairing, takeFromQueue, type CardDay } from './db/pairing-queue.ts';
import type { Tx } from './db/tables.ts';
import { listAcceptedTaps, listOverdueCards, saveTrips } from './db/trips.ts';
import { longestTripMilliseconds, pairTaps } from './pair-taps.ts';

/** Works on the queue. True where there may be more. */
export const makeTrips = (context: OperatorContext): Promise<boolean> => pairCards(context, takeFromQueue);

/** Closes open trips whose exit can no longer come. True where there may be more. */
export const closeOverdueTrips = (context: OperatorContext): Promise<boolean> =>
  pairCards(context, (tx) =>
    listOverdueCards(tx, instantOf(context.clock.nowMilliseconds() - longestTripMilliseconds)),
  );

async function pairCards(
  { db, clock, metrics }: OperatorContext,
  chooseCards: (tx: Tx) => Promise<CardDay[]>,
): Promise<boolean> {
  const nowMilliseconds = clock.nowMilliseconds();
  return db.transaction().execute(async (tx) => {
    const cardDays = (await lockPairing(tx)) ? await chooseCards(tx) : [];
    if (cardDays.length === 0) return false;
    const tapsByCard = Map.groupBy(
      await listAcceptedTaps(tx, cardDays),
      ({ serviceDay, cardRef }) => `${serviceDay} ${cardRef}`,
    );
    const trips = [...tapsByCard.values()].flatMap((taps) => {
      const { serviceDay, cardRef } = taps[0] as CardDay;
      return pairTaps(taps, nowMilliseconds).map((trip) => ({ ...trip, serviceDay, cardRef }));
    });
    metrics.trips.inc(await saveTrips(tx, cardDays, trips, instantOf(nowMilliseconds)));
    return true;
  });
}
