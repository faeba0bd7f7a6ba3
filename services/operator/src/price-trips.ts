/** Prices the trips of one card and service day by the tariffs in force. Pure: the same trips give the same fares. */
import type { Money, Pricing } from '@vedong/contracts';
import {
  type FareExtension,
  findDistanceMetres,
  findFreeDays,
  findIncompleteFare,
  findRiderCategoryId,
  priceParts,
  type Price,
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

/**
 * Nobody rides so often in a day. The work of pricing grows with the square of the rides that transfers may connect,
 * so a longer row is cut at every full quarter of an hour as well: by the clock, and not by counting from its start,
 * so that a tap which comes late moves no other cut.
 */
export const mostRidesInARow = 100;
const quarterMilliseconds = 15 * 60_000;

const unpriced: TripPrice = { fare: null, pricing: null, distanceMetres: null };

interface Ride {
  trip: PairedTrip;
  entry: RideEnd;
  inForce: TariffInForce;
}

/**
 * A price for each trip, by its id. Complete trips in a row are one journey, so that transfers count. Its parts that
 * no rule of the tariff can connect are priced each by itself, which costs the same and makes a trip's price, and
 * what is told of it, a matter of its own part alone. A trip without a price of its own does not take the others'
 * away. Open trips, and trips without a tariff, have none.
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
  const shares = new Map(rowsOf(rides).flatMap((row) => [...priceRides(row)]));
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
function rowsOf(rides: readonly Ride[]): Ride[][] {
  const rows = chunksOf(
    rides,
    (last, ride) =>
      last.inForce.tariffId === ride.inForce.tariffId && last.entry.concession === ride.entry.concession,
  );
  const quarterOf = ({ entry }: Ride) => Math.floor(entry.atMilliseconds / quarterMilliseconds);
  return rows.flatMap((row) =>
    row.length <= mostRidesInARow
      ? [row]
      : chunksOf(row, (last, ride) => quarterOf(last) === quarterOf(ride)),
  );
}

function chunksOf(rides: readonly Ride[], goesOn: (last: Ride, ride: Ride) => boolean): Ride[][] {
  const chunks: Ride[][] = [];
  for (const ride of rides) {
    const chunk = chunks.at(-1);
    const last = chunk?.at(-1);
    if (chunk && last && goesOn(last, ride)) chunk.push(ride);
    else chunks.push([ride]);
  }
  return chunks;
}

/** What each ride bears of its journey. Rides without a price are left out of the journey and said to be unknown. */
function priceRides(rides: readonly Ride[]): Map<string, LegShare> {
  const [first] = rides;
  if (first === undefined) return new Map();
  const { tariff, terms } = first.inForce;
  const parts = priceParts(tariff, {
    riderCategoryId: findRiderCategoryId(terms, first.entry.concession),
    fareMediaId: null,
    legs: rides.map(legOf),
  });
  const unknown = new Set(parts.flatMap(({ price }) => listLegsWithoutPrice(price)));
  if (rides.length > 1 && unknown.size > 0) {
    const known = rides.filter((_, leg) => !unknown.has(leg));
    return new Map([...priceEach(rides.filter((_, leg) => unknown.has(leg))), ...priceRides(known)]);
  }
  const tripIds = rides.map(({ trip }) => trip.tripId);
  return new Map(
    parts.flatMap(({ legs, price }): [string, LegShare][] => {
      if (price.total !== null) {
        const shares = shareOut({ legs, price }, tripIds);
        if (shares !== null) return [...shares];
      } else if (rides.length === 1) return [[first.trip.tripId, unknownShare(price.steps)]];
      return [...priceEach(legs.map((leg) => rides[leg] as Ride))];
    }),
  );
}

const priceEach = (rides: readonly Ride[]): [string, LegShare][] =>
  rides.flatMap((ride) => [...priceRides([ride])]);

/** Legs that are unknown by themselves. Where only the currencies of a part disagree its rides are priced alone. */
const listLegsWithoutPrice = (price: Price): readonly number[] =>
  price.total === null
    ? price.steps.filter(({ reason }) => reason !== 'no_common_currency').flatMap(({ legs }) => legs)
    : [];

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
