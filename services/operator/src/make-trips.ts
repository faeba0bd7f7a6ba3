/** Works the pairing queue off: taps become trips, and changed trips go to the outbox. */
import { instantOf } from '@vedong/runtime/clock';
import type { OperatorContext } from './context.ts';
import { takeFromQueue, type CardDay } from './db/pairing-queue.ts';
import { listAcceptedTaps, queueOverdueTrips, saveTrips } from './db/trips.ts';
import { longestTripMilliseconds, pairTaps } from './pair-taps.ts';

const cardDaysPerTurn = 500;

/** One turn. True where there may be more to do. */
export async function makeTrips({ db, clock, metrics }: OperatorContext): Promise<boolean> {
  const nowMilliseconds = clock.nowMilliseconds();
  const taken = await db.transaction().execute(async (tx) => {
    const cardDays = await takeFromQueue(tx, cardDaysPerTurn);
    if (cardDays.length === 0) return 0;
    const taps = await listAcceptedTaps(tx, cardDays);
    const keyOf = ({ serviceDay, cardRef }: CardDay) => `${serviceDay} ${cardRef}`;
    const trips = [...Map.groupBy(taps, keyOf).values()].flatMap((tapsOfCard) => {
      const { serviceDay, cardRef } = tapsOfCard[0] as CardDay;
      return pairTaps(tapsOfCard, nowMilliseconds).map((trip) => ({ ...trip, serviceDay, cardRef }));
    });
    metrics.trips.inc(await saveTrips(tx, cardDays, trips, instantOf(nowMilliseconds)));
    return cardDays.length;
  });
  return taken === cardDaysPerTurn;
}

/** Open trips whose exit can no longer come are paired once more, which closes them. */
export async function closeOverdueTrips({ db, clock }: OperatorContext): Promise<boolean> {
  const nowMilliseconds = clock.nowMilliseconds();
  const beganBefore = instantOf(nowMilliseconds - longestTripMilliseconds);
  await db.transaction().execute((tx) => queueOverdueTrips(tx, beganBefore, instantOf(nowMilliseconds)));
  return false;
}
