/** The operator's trips in memory: accepted taps paired and priced by the real rules, and what waits for the issuer. */
import type { Charge } from '@vedong/contracts';
import { rememberDays, type KeyedTap } from '@vedong/operator/judge-record';
import type { FalseMark } from '@vedong/operator/continued-taps';
import { defaultPolicy } from '@vedong/operator/conflict-policy';
import { shortWalkMetres } from '@vedong/operator/db/served-places';
import {
  metresBetween,
  settleConflicts,
  type CardConflict,
  type ConflictTap,
} from '@vedong/operator/find-conflicts';
import { longestTripMilliseconds, pairTaps, type PairedTrip, type RideEnd } from '@vedong/operator/pair-taps';
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

/** With its place in its validator's journal. */
type JournalTap = KeyedTap & { validatorId: string; seq: number };

/** `chargesCopies`: the planted mistake of making trips of every tap of a slot. */
export function createTripBooks(city: City, nowMilliseconds: () => number, chargesCopies = false) {
  const tapsByCard = new Map<string, JournalTap[]>();
  const toPair = new Set<string>();
  const trips = new Map<string, StoredTrip>();
  const tripsByCard = new Map<string, Set<string>>();
  const outbox = new Map<string, WaitingCharge>();
  const conflictsByCard = new Map<string, readonly CardConflict[]>();
  const falseMarksById = new Map<string, FalseMark>();
  const evidence = { findPlaceNear: rememberPlaces(city), decisions: new Map() };

  function takeAccepted(tap: JournalTap): void {
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
      const taps = (tapsByCard.get(card) ?? []).map((tap) => conflictTapOf(city, tap));
      const { standing, conflicts, falseMarks } = settleConflicts(taps, defaultPolicy.limits);
      conflictsByCard.set(card, conflicts);
      for (const mark of falseMarks) falseMarksById.set(mark.tapId, mark);
      const paired = pairTaps(chargesCopies ? taps : standing, now, evidence);
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
    conflictsByCard,
    falseMarksById,
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

function conflictTapOf(
  { gates }: City,
  { tapId, gateId, atMilliseconds, ticket, ...tap }: JournalTap,
): ConflictTap {
  const { validatorId, seq, continues = null } = tap;
  const { kind, mode, lineId, place, tapPolicy } = gates.get(gateId)!;
  const { issuer, concession, slot } = ticket!;
  const known = concession === 1 || concession === 2 ? concession : 0;
  const { placeId, latitude, longitude } = place;
  const where = { gateId, kind, mode, lineId, placeId, latitude, longitude, tapPolicy };
  return { tapId, atMilliseconds, ...where, issuer, slot, concession: known, validatorId, seq, continues };
}

/** The place of a line at a place or a short walk from it, where the line has gates. */
function rememberPlaces({ gates }: City): (lineId: string, placeId: string) => string | null {
  const places = new Map([...gates.values()].map(({ place }) => [place.placeId, place]));
  return (lineId, placeId) => {
    const here = places.get(placeId);
    const served = [...gates.values()].filter((gate) => gate.lineId === lineId).map(({ place }) => place);
    const near = served.flatMap((place) => {
      const metres = here ? metresBetween(here, place) : Number.POSITIVE_INFINITY;
      return metres <= shortWalkMetres ? [{ placeId: place.placeId, metres }] : [];
    });
    near.sort((one, other) => one.metres - other.metres || (one.placeId < other.placeId ? -1 : 1));
    return near[0]?.placeId ?? null;
  };
}

/** All of a trip that makes a new revision of it. */
export const contentOf = (trip: StoredTrip): string => JSON.stringify({ ...trip, revision: 0 });

function chargeOf({ gates }: City, trip: StoredTrip): Charge {
  const first = (trip.entry ?? trip.exit)!;
  const { lineName, agency } = gates.get(first.gateId!)!;
  const endOf = (end: RideEnd | null): Charge['entry'] => {
    if (!end) return null;
    const at = instantOf(end.atMilliseconds);
    const place = [...gates.values()].find(({ place }) => place.placeId === end.placeId)?.place;
    const names = { nameVi: place?.nameVi ?? '?', nameEn: place?.nameEn ?? '?' };
    return { gateId: end.gateId, ...names, at, ...(end.source && { source: end.source }) };
  };
  const { tripId, revision, serviceDay, cardRef, state, distanceMetres, fare, pricing } = trip;
  const { issuer, mode, lineId, concession } = first;
  const about = { tripId, revision, issuer, serviceDay, cardRef, mode, lineId, lineName, agency, concession };
  const ends = { entry: endOf(trip.entry), exit: endOf(trip.exit) };
  return { ...about, state, ...ends, distanceMetres, fare, pricing };
}
