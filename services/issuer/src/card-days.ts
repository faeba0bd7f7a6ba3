/** Gives a card its pseudonym and status index for service days. */
import { randomBytes, randomInt } from 'node:crypto';
import { ServiceError } from '@vedong/runtime/problem';
import type { ServiceDay } from '@vedong/travel';
import { cardBlocked } from './cards.ts';
import { findFreeStatusIdx, listCardDays, tryInsertCardDay, type CardDay } from './db/card-days.ts';
import { holdCardState } from './db/cards.ts';
import type { IssuerDb } from './db/database.ts';

/** Blind tries first: looking for a free index reads the whole list. */
const blindTries = 10;
const mostTries = 20;

export interface CardDaysWanted {
  cardId: string;
  days: readonly ServiceDay[];
  /** Entries of a day's status list. */
  capacity: number;
}

/**
 * One CardDay for each of `days`, made where it was missing.
 * Throws `card_blocked`, and `status_list_full` when a day has no index left.
 */
export async function ensureCardDays(
  db: IssuerDb,
  wanted: CardDaysWanted,
): Promise<ReadonlyMap<ServiceDay, CardDay>> {
  let found = await listCardDays(db, wanted.cardId, wanted.days);
  if (found.length < wanted.days.length) {
    const present = new Set(found.map(({ serviceDay }) => serviceDay));
    await db.transaction().execute(async (trx) => {
      // A block at this moment either sees the new days or is seen here: no list may miss one of them.
      if ((await holdCardState(trx, wanted.cardId)) === 'blocked') throw cardBlocked();
      for (const day of wanted.days) if (!present.has(day)) await addCardDay(trx, wanted, day);
    });
    found = await listCardDays(db, wanted.cardId, wanted.days);
  }
  return new Map(found.map((cardDay) => [cardDay.serviceDay, cardDay]));
}

/** Does nothing where another request has just added it. */
async function addCardDay(
  db: IssuerDb,
  { cardId, capacity }: CardDaysWanted,
  serviceDay: ServiceDay,
): Promise<void> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const statusIdx =
      tries < blindTries ? randomInt(capacity) : await findFreeStatusIdx(db, serviceDay, capacity);
    if (statusIdx === undefined) break;
    const cardRef = randomBytes(8).toString('hex');
    if (await tryInsertCardDay(db, cardId, { serviceDay, cardRef, statusIdx })) return;
    if ((await listCardDays(db, cardId, [serviceDay])).length > 0) return;
  }
  throw new ServiceError(503, 'status_list_full', {
    detail: `No more cards can travel on ${serviceDay}. The service's operators must raise STATUS_LIST_CAPACITY.`,
  });
}
