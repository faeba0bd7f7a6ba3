/** A rider's cards. */
import type { Card } from '@vedong/contracts';
import { instantOf } from '@vedong/runtime/clock';
import { serviceDayAt, type ServiceDay } from '@vedong/travel';
import { concessionOn } from '../concessions.ts';
import { makeCard, setCardState } from '../cards.ts';
import { listCards, type CardRow } from '../db/cards.ts';
import type { Issuer, Routes } from '../issuer.ts';

export const cardRoutes = (issuer: Issuer) => {
  const today = () => serviceDayAt(issuer.clock.nowMilliseconds() / 1000, issuer.config.calendar);
  return {
    'GET /v1/cards': async ({ who }) => ({
      cards: (await listCards(issuer.db, who.riderId)).map((card) => toCard(card, today())),
    }),
    'POST /v1/cards': async ({ who, body, request }) => {
      const card = await makeCard(issuer, who.riderId, body);
      issuer.events.cardMade(request.id, card.card_id);
      return toCard(card, today());
    },
    'POST /v1/cards/{cardId}/block': async ({ who, params, request }) => {
      const card = await setCardState(issuer.db, { ...who, ...params }, 'blocked');
      issuer.events.cardBlocked(request.id, card.card_id);
      return toCard(card, today());
    },
    'POST /v1/cards/{cardId}/unblock': async ({ who, params, request }) => {
      const card = await setCardState(issuer.db, { ...who, ...params }, 'active');
      issuer.events.cardUnblocked(request.id, card.card_id);
      return toCard(card, today());
    },
  } satisfies Routes;
};

const toCard = (row: CardRow, today: ServiceDay): Card => ({
  cardId: row.card_id,
  nickname: row.nickname,
  colour: row.colour,
  state: row.state,
  createdAt: instantOf(row.created_at.getTime()),
  concession: concessionOn(row, today),
  ...(row.operator_block_reason !== null && {
    operatorBlock: {
      reason: row.operator_block_reason,
      since: instantOf((row.operator_blocked_at ?? row.created_at).getTime()),
    },
  }),
});
