/** Settles trips again that a change of the terms touches: old days' caps and free categories are the new ones. */
import type { Log } from '@vedong/runtime/log';
import type { Issuer } from './issuer.ts';
import { lockWallets } from './db/ledger.ts';
import { clearResettle, getResettleFrom, listCardsWithTripsSince } from './db/terms.ts';
import { settleTripsOf } from './settle-trips.ts';

/** A card costs milliseconds; a call's wallets are held for it. */
const cardsAtOnce = 50;

/**
 * Settles every card's trips since the day that `putTerms` noted; gives how many cards. Can be stopped anywhere and
 * begun again: settling what is settled changes nothing.
 */
export async function resettleTrips({
  db,
  clock,
  config,
}: Pick<Issuer, 'db' | 'clock' | 'config'>): Promise<number> {
  const from = await getResettleFrom(db);
  if (from === null) return 0;
  let settled = 0;
  let after: string | null = null;
  for (;;) {
    const cards = await listCardsWithTripsSince(db, { from, after, limit: cardsAtOnce });
    if (cards.length === 0) break;
    await db.transaction().execute(async (trx) => {
      await lockWallets(
        trx,
        cards.map(({ riderId }) => riderId),
      );
      const changes = new Map(cards.map(({ cardId, firstAt }) => [cardId, firstAt]));
      const now = new Date(clock.nowMilliseconds());
      await settleTripsOf(trx, changes, { now, calendar: config.calendar });
    });
    settled += cards.length;
    after = cards.at(-1)!.cardId;
  }
  await clearResettle(db, from);
  return settled;
}

export const resettleAndLog = async (parts: Pick<Issuer, 'db' | 'clock' | 'config'>, log: Log) => {
  const cards = await resettleTrips(parts);
  if (cards > 0) log.info({ cards }, 'trips settled again after a change of the terms');
};
