/** A rider's cards. */
import type { Card } from '@vedong/contracts';
import { instantOf } from '@vedong/runtime/clock';
import { makeCard, setCardState } from '../cards.ts';
import { listCards, type CardRow } from '../db/cards.ts';
import type { Issuer, Routes } from '../issuer.ts';

export const cardRoutes = (issuer: Issuer) =>
  ({
    'GET /v1/cards': async ({ who }) => ({ cards: (await listCards(issuer.db, who.riderId)).map(toCard) }),
    'POST /v1/cards': async ({ who, body, request }) => {
      const card = await makeCard(issuer, who.riderId, body);
      issuer.events.cardMade(request.id, card.card_id);
      return toCard(card);
    },
    'POST /v1/cards/{cardId}/block': async ({ who, params, request }) => {
      const card = await setCardState(issuer.db, { ...who, ...params }, 'blocked');
      issuer.events.cardBlocked(request.id, card.card_id);
      return toCard(card);
    },
    'POST /v1/cards/{cardId}/unblock': async ({ who, params, request }) => {
      const card = await setCardState(issuer.db, { ...who, ...params }, 'active');
      issuer.events.cardUnblocked(request.id, card.card_id);
      return toCard(card);
    },
  }) satisfies Routes;

const toCard = (row: CardRow): Card => ({
  cardId: row.card_id,
  nickname: row.nickname,
  colour: row.colour,
  state: row.state,
  createdAt: instantOf(row.created_at.getTime()),
  ...(row.operator_block_reason !== null && {
    operatorBlock: {
      reason: row.operator_block_reason,
      since: instantOf((row.operator_blocked_at ?? row.created_at).getTime()),
    },
  }),
});
