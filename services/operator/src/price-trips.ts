/** Prices the trips of one card and service day by the tariffs in force. Pure: the same trips give the same fares. */
import type { Money, Pricing } from '@vedong/contracts';
import {
  type FareExtension,
  findDistanceMetres,
  findFreeDays,
  findIncompleteFare,
  findRiderCategoryId,
  priceJourney,
  type RiddenLeg,
  type Tariff,
} from '@vedong/fares';
import type { ServiceDay } from '@vedong/travel';
import { type LegShare, shareOut, unknownShare } from './share-out.ts';
import type { PairedTrip, RideEnd } from './pair-taps.ts';
import { findPriceException } from './price-exception.ts';

/** A tariff as pricing needs it. */
export interface TariffInForce {
  tariffId: string;
  tariff: Tariff;
  terms: FareExtension;
}

export interface TripPrice {
  fare: Money | null;
  pricing: Pricing | null;
  distanceMetres: number | null;
}

/** The service day of a trip's first tap, and the tariff then in force. */
export interface TripMoment {
  day: ServiceDay;
  inForce: TariffInForce | null;
}

/** Transfers are looked for among this many trips in a row; the time a journey takes grows with the square. */
export const longestJourneyTrips = 16;

const unpriced: TripPrice = { fare: null, pricing: null, distanceMetres: null };

interface Ride {
  trip: PairedTrip;
  entry: RideEnd;
  inForce: TariffInForce;
}

/**
 * A price for each trip, by its id. Complete trips in a row are priced as one journey, so that transfers count; a
 * trip without a price of its own does not take the others' away. Open trips, and trips without a tariff, have none.
 */
export function priceTrips(
  trips: readonly PairedTrip[],
  momentOf: (trip: PairedTrip) => TripMoment,
): Map<string, TripPrice> {
  const moments = new Map(trips.map((trip) => [trip.tripId, momentOf(trip)]));
  const rides = inTravelOrder(trips).flatMap((trip): Ride[] => {
    const inForce = moments.get(trip.tripId)?.inForce;
    if (trip.state !== 'complete' || !trip.entry || !inForce) return [];
    const exception = findPriceException(trip, inForce.terms);
    // A ride that is waived is a ride, and the one after it keeps its transfer.
    return exception && exception.basis !== 'waived' ? [] : [{ trip, entry: trip.entry, inForce }];
  });
  const shares = new Map(journeysOf(rides).flatMap((journey) => [...priceRides(journey)]));
  return new Map(
    trips.map((trip) => {
      const { day, inForce } = moments.get(trip.tripId) as TripMoment;
      if (!inForce || trip.state === 'open') return [trip.tripId, unpriced];
      return [trip.tripId, priceOf(trip, { day, inForce }, shares.get(trip.tripId))];
    }),
  );
}

const firstTapOf = ({ entry, exit }: PairedTrip): RideEnd => (entry ?? exit) as RideEnd;

function inTravelOrder(trips: readonly PairedTrip[]): PairedTrip[] {
  return [...trips].sort(
    (one, other) =>
      firstTapOf(one).atMilliseconds - firstTapOf(other).atMilliseconds ||
      (one.tripId < other.tripId ? -1 : 1),
  );
}

/** Rides in a row under one tariff by one class of rider. */
function journeysOf(rides: readonly Ride[]): Ride[][] {
  const journeys: Ride[][] = [];
  for (const ride of rides) {
    const journey = journeys.at(-1);
    const last = journey?.at(-1);
    const goesOn =
      last?.inForce.tariffId === ride.inForce.tariffId && last.entry.concession === ride.entry.concession;
    if (journey && goesOn && journey.length < longestJourneyTrips) journey.push(ride);
    else journeys.push([ride]);
  }
  return journeys;
}

/** What each ride bears of its journey. Rides without a price are left out of the journey and said to be unknown. */
function priceRides(rides: readonly Ride[]): Map<string, LegShare> {
  const [first] = rides;
  if (first === undefined) return new Map();
  const { tariff, terms } = first.inForce;
  const price = priceJourney(tariff, {
    riderCategoryId: findRiderCategoryId(terms, first.entry.concession),
    fareMediaId: null,
    legs: rides.map(legOf),
  });
  const tripIds = rides.map(({ trip }) => trip.tripId);
  if (price.total !== null) {
    const shared = shareOut(price, tripIds);
    return shared ?? new Map(rides.flatMap((ride) => [...priceRides([ride])]));
  }
  if (rides.length === 1) return new Map([[first.trip.tripId, unknownShare(price.steps)]]);
  const unknown = new Set(price.steps.flatMap(({ legs }) => legs));
  const parts =
    unknown.size === rides.length
      ? rides.map((ride) => [ride])
      : [
          ...[...unknown].map((leg) => rides.slice(leg, leg + 1)),
          rides.filter((_, leg) => !unknown.has(leg)),
        ];
  return new Map(parts.flatMap((part) => [...priceRides(part)]));
}

/** A boarding's ride begins and ends at its stop: where the rider gets off is not known, so only the line decides. */
function legOf({ trip: { exit }, entry }: Ride): RiddenLeg {
  return {
    routeId: entry.lineId,
    fromStopId: entry.placeId,
    toStopId: (exit ?? entry).placeId,
    departureSeconds: Math.floor(entry.atMilliseconds / 1000),
    arrivalSeconds: Math.floor((exit ?? entry).atMilliseconds / 1000),
  };
}

function priceOf(
  trip: PairedTrip,
  { day, inForce: { tariffId, terms } }: { day: ServiceDay; inForce: TariffInForce },
  share: LegShare | undefined,
): TripPrice {
  const { state, entry, exit } = trip;
  const { mode, lineId } = firstTapOf(trip);
  const exception = findPriceException(trip, terms);
  const distanceMetres =
    entry && exit ? findDistanceMetres(terms, lineId, [entry.placeId, exit.placeId]) : null;
  // In and out at one station is no ride: where the feed has no price for it, it costs what a missing end costs.
  const isIncomplete =
    exception?.basis === 'incomplete' ||
    state !== 'complete' ||
    (share?.amount === null && entry?.placeId === exit?.placeId);
  const incompleteFare = isIncomplete ? findIncompleteFare(terms, { mode, lineId }) : null;
  const faceValue = exception?.fare ?? incompleteFare ?? share?.amount ?? null;
  if (exception?.basis === 'waived') {
    const fare = { amount: 0, currency: faceValue?.currency ?? 'VND' };
    const steps = [...(share?.steps ?? []), ...exception.steps];
    return { fare, pricing: { tariffId, basis: 'waived', faceValue, steps }, distanceMetres };
  }
  const isFree = faceValue !== null && findFreeDays(terms, { serviceDay: day, mode, lineId }) !== null;
  const basis = isFree ? 'free_day' : incompleteFare ? 'incomplete' : faceValue ? 'tariff' : 'unknown';
  return {
    fare: isFree ? { ...faceValue, amount: 0 } : faceValue,
    pricing: { tariffId, basis, faceValue, steps: exception?.steps ?? share?.steps ?? [] },
    distanceMetres,
  };
}
