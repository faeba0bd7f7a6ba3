/** What every ticket of a card says on one service day. */
import type { CardClaims } from '@vedong/ticket';
import type { CardDay } from './db/card-days.ts';
import type { TicketSigner } from './trust.ts';

/** Full fare, pay as you go: cards carry no concession or fare product. */
export const ticketClaims = (
  issuer: number,
  { keyNo }: TicketSigner,
  { cardRef, statusIdx }: CardDay,
): CardClaims => ({ issuer, keyNo, cardRef, statusIdx, concession: 0, product: 0, scope: 0 });
