/** Making, finding and blocking cards. */
import type { Card } from '@vedong/contracts';
import { ServiceError } from '@vedong/runtime/problem';
import {
  changeCardState,
  findCard,
  holdCard,
  insertCard,
  keepRiderState,
  listCards,
  lockRider,
  raiseStatusVersion,
  type CardRow,
} from './db/cards.ts';
import type { IssuerDb } from './db/database.ts';
import type { Issuer } from './issuer.ts';

export const cardsPerRider = 10;

/** Throws `too_many_cards` at the rider's limit. */
export async function makeCard(
  { db, clock, newId }: Pick<Issuer, 'db' | 'clock' | 'newId'>,
  riderId: string,
  look: Pick<Card, 'nickname' | 'colour'>,
): Promise<CardRow> {
  return db.transaction().execute(async (trx) => {
    await lockRider(trx, riderId);
    if ((await listCards(trx, riderId)).length >= cardsPerRider) {
      throw new ServiceError(409, 'too_many_cards', {
        detail: `A rider may have ${cardsPerRider} cards.`,
      });
    }
    const createdAt = new Date(clock.nowMilliseconds());
    return insertCard(trx, { card_id: newId(), rider_id: riderId, ...look, created_at: createdAt });
  });
}

/** Throws `card_not_found`, for somebody else's card too: nobody learns that it exists. */
export async function getCard(db: IssuerDb, riderId: string, cardId: string): Promise<CardRow> {
  const card = await findCard(db, riderId, cardId);
  if (!card) throw new ServiceError(404, 'card_not_found', { detail: 'You have no such card.' });
  return card;
}

/** Throws `card_not_found` and `card_blocked`. */
export async function getUsableCard(db: IssuerDb, riderId: string, cardId: string): Promise<CardRow> {
  const card = await getCard(db, riderId, cardId);
  if (card.state === 'blocked') throw cardBlocked();
  return card;
}

export const cardBlocked = () =>
  new ServiceError(409, 'card_blocked', { detail: 'The card is blocked. Unblock it first.' });

const blockedByOperator = () =>
  new ServiceError(409, 'blocked_by_operator', {
    detail: 'The transport operator has blocked this card. Ask its customer service to lift the block.',
  });

/**
 * Blocks or unblocks; the status lists change in the same transaction. Throws `card_not_found`, and
 * `blocked_by_operator`: the rider cannot lift what the operator put on.
 */
export async function setCardState(
  db: IssuerDb,
  { riderId, cardId }: { riderId: string; cardId: string },
  state: Card['state'],
): Promise<CardRow> {
  return db.transaction().execute(async (trx) => {
    await getCard(trx, riderId, cardId);
    // Waits for an operator's block that is being put on, so that none is overlooked.
    const card = await holdCard(trx, cardId);
    if (card.operator_block_reason !== null) {
      if (state === 'active') throw blockedByOperator();
      return keepRiderState(trx, cardId, state);
    }
    const changed = await changeCardState(trx, cardId, state);
    if (changed) await raiseStatusVersion(trx, cardId);
    return changed ?? { ...card, state };
  });
}
