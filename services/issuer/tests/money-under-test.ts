/** Charges that cost something, for tests of wallet, passes and settlement. */
import { randomUUIDv7 } from 'node:crypto';
import type { Charge } from '@vedong/contracts';
import { decodeTicket } from '@vedong/ticket';
import type { IssuerUnderTest, Rider } from './issuer-under-test.ts';

export interface TravellingCard {
  cardId: string;
  cardRef: string;
}

/** A card that has travelled today. */
export async function makeTravellingCard(rider: Rider): Promise<TravellingCard> {
  const cardId = await rider.makeCard();
  const { tickets } = await rider.call('POST /v1/cards/{cardId}/tickets', {
    params: { cardId },
    body: { count: 1 },
  });
  return { cardId, cardRef: decodeTicket(tickets[0]!.ticket).cardRef };
}

const end = (at: string) => ({ gateId: '2A-01-in', nameVi: 'Cát Linh', nameEn: 'Cat Linh', at });

/** A metro ride for 9,000 dong at a time of 2026-11-23 by the clock in Hanoi. */
export const ride = (cardRef: string, time: string, changes: Partial<Charge> = {}): Charge => ({
  tripId: randomUUIDv7(),
  revision: 1,
  issuer: 1,
  serviceDay: '2026-11-23',
  cardRef,
  mode: 'metro',
  lineId: '2A',
  lineName: '2A Cát Linh - Hà Đông',
  agency: 'Hanoi Metro',
  concession: 0,
  state: 'complete',
  entry: end(`2026-11-23T${time}:00+07:00`),
  exit: end(`2026-11-23T${time}:30+07:00`),
  distanceMetres: 6000,
  fare: { amount: 9000, currency: 'VND' },
  pricing: {
    tariffId: 'hanoi-2026',
    basis: 'tariff',
    faceValue: { amount: 9000, currency: 'VND' },
    steps: [{ kind: 'leg', product: 'metro-9000' }],
  },
  ...changes,
});

export const sendCharges = async (issuer: IssuerUnderTest, ...charges: Charge[]) =>
  (await issuer.operator('POST /v1/charges', { body: { charges } })).results.map(({ result }) => result);

export const balanceOf = async (rider: Rider): Promise<number> =>
  (await rider.call('GET /v1/wallet')).balance.amount;

/** The card's trips, oldest first: what each cost and why. */
export async function listFares(rider: Rider, cardId: string): Promise<[number | null, string | null][]> {
  const query = { limit: 200 };
  const { trips } = await rider.call('GET /v1/cards/{cardId}/trips', { params: { cardId }, query });
  return trips.toReversed().map(({ fare, settled }) => [fare?.amount ?? null, settled?.applied ?? null]);
}
