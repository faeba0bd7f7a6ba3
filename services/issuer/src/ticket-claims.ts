/** What every ticket of a card says on one service day. */
import type { CardClaims } from '@vedong/ticket';
import type { CardDay } from './db/card-days.ts';
import type { TicketSigner } from './trust.ts';

/** Pay as you go: cards carry no fare product. `concession`: what the card carries on that day. */
export const ticketClaims = (
  issuer: number,
  { keyNo }: TicketSigner,
  { cardRef, statusIdx, concession }: CardDay & { concession: number },
): CardClaims => ({ issuer, keyNo, cardRef, statusIdx, concession, product: 0, scope: 0 });
