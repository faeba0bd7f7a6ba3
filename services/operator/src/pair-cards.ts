/** Pairs the taps of cards with all that pairing goes by: the network, and what staff decided. */
import type { TripDecision as ToldDecision } from '@vedong/contracts';
import type { CardDay } from './db/pairing-queue.ts';
import { findServedPlaces, type PlaceQuestion } from './db/served-places.ts';
import type { Tx } from './db/tables.ts';
import { listDecisionsOfCards, type StoredDecision } from './db/trip-decisions.ts';
import { pairTaps, type PairedTrip, type PairingTap, type TripDecision } from './pair-taps.ts';

export interface PairedCard {
  card: CardDay;
  trips: PairedTrip[];
  /** By trip, the oldest first. */
  decisions: ReadonlyMap<string, ToldDecision[]>;
}

const keyOf = ({ serviceDay, cardRef }: CardDay): string => `${serviceDay} ${cardRef}`;

/** `standing`: of the card's accepted taps those that count. */
export async function pairCards(
  tx: Tx,
  cards: readonly { card: CardDay; standing: readonly PairingTap[] }[],
  nowMilliseconds: number,
): Promise<PairedCard[]> {
  const cardDays = cards.map(({ card }) => card);
  const decided = Map.groupBy(await listDecisionsOfCards(tx, cardDays), keyOf);
  const places = new Map<string, string | null>();
  const asked = new Map<string, PlaceQuestion>();
  const findPlaceNear = (lineId: string, placeId: string): string | null => {
    const key = `${lineId} ${placeId}`;
    if (!places.has(key)) asked.set(key, { lineId, placeId });
    return places.get(key) ?? null;
  };
  const pairAll = (): PairedCard[] =>
    cards.map(({ card, standing }) => {
      const decisions = Map.groupBy(decided.get(keyOf(card)) ?? [], ({ tripId }) => tripId);
      const inForce = new Map([...decisions].flatMap(([tripId, all]) => decisionInForce(tripId, all)));
      const trips = pairTaps(standing, nowMilliseconds, { findPlaceNear, decisions: inForce });
      return { card, trips, decisions };
    });
  const paired = pairAll();
  if (asked.size === 0) return paired;
  // Few cards ask where a line goes; only for them it is looked up, and then all is paired once more.
  for (const { near, ...question } of await findServedPlaces(tx, [...asked.values()])) {
    places.set(`${question.lineId} ${question.placeId}`, near);
  }
  return pairAll();
}

/** The latest decision that changes something; one to go by the taps undoes those before. */
function decisionInForce(tripId: string, decisions: readonly StoredDecision[]): [string, TripDecision][] {
  const last = decisions.findLast(({ kind }) => kind !== 'refuse');
  if (last?.kind === 'waive') return [[tripId, { kind: 'waive' }]];
  return last?.placeId ? [[tripId, { kind: 'complete', placeId: last.placeId }]] : [];
}
