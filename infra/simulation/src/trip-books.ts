/** The operator's trips in memory: accepted taps paired and priced by the real rules, and what waits for the issuer. */
import type { Charge } from '@vedong/contracts';
import { rememberDays, type KeyedTap } from '@vedong/operator/judge-record';
import {
  longestTripMilliseconds,
  pairTaps,
  type PairedTrip,
  type PairingTap,
} from '@vedong/operator/pair-taps';
import { priceTrips, type TripPrice } from '@vedong/operator/price-trips';
import { instantOf } from '@vedong/runtime/clock';
import type { ServiceDay } from '@vedong/travel';
import { calendar, type City } from './city.ts';

export interface StoredTrip extends Omit<PairedTrip, 'state'>, TripPrice {
  state: PairedTrip['state'] | 'withdrawn';
  serviceDay: ServiceDay;
  cardRef: string;
  revision: number;
}

export interface WaitingCharge {
  trip: StoredTrip;
  revision: number;
  isAnswered: boolean;
}

const dayAt = rememberDays(calendar);

export function createTripBooks(city: City, nowMilliseconds: () => number) {
  const tapsByCard = new Map<string, KeyedTap[]>();
  const toPair = new Set<string>();
  const trips = new Map<string, StoredTrip>();
  const tripsByCard = new Map<string, Set<string>>();
  const outbox = new Map<string, WaitingCharge>();

  function takeAccepted(tap: KeyedTap): void {
    const card = `${tap.serviceDay} ${tap.cardRef}`;
    tapsByCard.set(card, [...(tapsByCard.get(card) ?? []), tap]);
    toPair.add(card);
  }

  /** Has the trips paired again whose exit can no longer come. */
  function closeOverdueTrips(): void {
    const now = nowMilliseconds();
    for (const [card, tripIds] of tripsByCard) {
      const isOverdue = [...tripIds].some((tripId) => {
        const { state, entry } = trips.get(tripId)!;
        return state === 'open' && entry !== null && entry.atMilliseconds < now - longestTripMilliseconds;
      });
      if (isOverdue) toPair.add(card);
    }
    makeTrips();
  }

  /** Works the queue off. */
  function makeTrips(): void {
    const now = nowMilliseconds();
    for (const card of toPair) {
      const [serviceDay = '', cardRef = ''] = card.split(' ');
      const paired = pairTaps(
        (tapsByCard.get(card) ?? []).map((tap) => pairingTapOf(city, tap)),
        now,
      );
      const prices = priceTrips(paired, (trip) => {
        const first = (trip.entry ?? trip.exit)!;
        return { day: dayAt(first.atMilliseconds), inForce: city.tariff };
      });
      saveTrips(
        card,
        paired.map((trip) => ({ ...trip, ...prices.get(trip.tripId)!, serviceDay, cardRef, revision: 1 })),
      );
    }
    toPair.clear();
  }

  function saveTrips(card: string, paired: readonly StoredTrip[]): void {
    const before = tripsByCard.get(card) ?? new Set<string>();
    const now = new Set(paired.map(({ tripId }) => tripId));
    for (const trip of paired) {
      const old = trips.get(trip.tripId);
      if (old && contentOf(old) === contentOf(trip)) continue;
      change({ ...trip, revision: (old?.revision ?? 0) + 1 });
    }
    for (const tripId of before) {
      const old = trips.get(tripId)!;
      if (now.has(tripId) || old.state === 'withdrawn') continue;
      const empty = { distanceMetres: null, fare: null, pricing: null };
      change({ ...old, ...empty, state: 'withdrawn', revision: old.revision + 1 });
    }
    tripsByCard.set(card, before.union(now));
  }

  function change(trip: StoredTrip): void {
    trips.set(trip.tripId, trip);
    outbox.set(trip.tripId, { trip, revision: trip.revision, isAnswered: false });
  }

  return {
    takeAccepted,
    makeTrips,
    closeOverdueTrips,
    trips,
    outbox,
    /** The newest state of trips that the issuer does not know, at most `most`. */
    waitingCharges: (most: number): WaitingCharge[] =>
      [...outbox.values()].filter(({ isAnswered }) => !isAnswered).slice(0, most),
    /** A trip that changed while its charge was under way goes on waiting. */
    settleCharges(sent: readonly WaitingCharge[]): void {
      for (const { trip, revision } of sent) {
        const waiting = outbox.get(trip.tripId);
        if (waiting?.revision === revision) waiting.isAnswered = true;
      }
    },
    chargeOf: (trip: StoredTrip): Charge => chargeOf(city, trip),
  };
}

function pairingTapOf({ gates }: City, { tapId, gateId, atMilliseconds, ticket }: KeyedTap): PairingTap {
  const { kind, mode, lineId, place } = gates.get(gateId)!;
  const { issuer, concession } = ticket!;
  const known = concession === 1 || concession === 2 ? concession : 0;
  const where = { gateId, kind, mode, lineId, placeId: place.placeId };
  return { tapId, atMilliseconds, ...where, issuer, concession: known };
}

/** All of a trip that makes a new revision of it. */
export const contentOf = (trip: StoredTrip): string => JSON.stringify({ ...trip, revision: 0 });

function chargeOf({ gates }: City, trip: StoredTrip): Charge {
  const first = (trip.entry ?? trip.exit)!;
  const { lineName, agency } = gates.get(first.gateId)!;
  const endOf = (tap: PairingTap | null): Charge['entry'] => {
    if (!tap) return null;
    const { nameVi, nameEn } = gates.get(tap.gateId)!.place;
    return { gateId: tap.gateId, nameVi, nameEn, at: instantOf(tap.atMilliseconds) };
  };
  const { tripId, revision, serviceDay, cardRef, state, distanceMetres, fare, pricing } = trip;
  return {
    tripId,
    revision,
    issuer: first.issuer,
    serviceDay,
    cardRef,
    mode: first.mode,
    lineId: first.lineId,
    lineName,
    agency,
    concession: first.concession,
    state,
    entry: endOf(trip.entry),
    exit: endOf(trip.exit),
    distanceMetres,
    fare,
    pricing,
  };
}
