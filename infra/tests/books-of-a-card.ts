/** One card's way through the operator's and the issuer's pure code, with maps where the services have tables. */
import { pairTaps, type PairedTrip } from '@vedong/operator/pair-taps';
import { priceTrips, type TariffInForce, type TripPrice } from '@vedong/operator/price-trips';
import {
  firstDayThatMatters,
  settleCard,
  type KnownPass,
  type SettlementTerms,
} from '@vedong/issuer/settle-card';
import { bookTrip } from '@vedong/issuer/settle-trips';
import type { HeldPass } from '@vedong/fares';
import { hanoiCalendar, serviceDayAt, serviceDayStart } from '@vedong/travel';
import { agencyOf, type CardTap } from './random-rider.ts';

type TripAccount = Parameters<typeof bookTrip>[0];
type Posting = NonNullable<ReturnType<typeof bookTrip>['posting']>;

/** A trip as the operator knows it, and how often it has changed. */
export interface OperatorTrip {
  day: string;
  trip: PairedTrip;
  price: TripPrice;
  revision: number;
  isWithdrawn: boolean;
}

/** Pairs and prices what is known of one day. */
export function priceDay(
  known: readonly CardTap[],
  inForce: TariffInForce,
  nowMilliseconds: number,
): { day: string; trip: PairedTrip; price: TripPrice }[] {
  const day = known[0]?.day ?? '';
  const trips = pairTaps(
    known.map(({ tap }) => tap),
    nowMilliseconds,
  );
  const prices = priceTrips(trips, () => ({ day, inForce }));
  return trips.map((trip) => ({ day, trip, price: prices.get(trip.tripId)! }));
}

/** The operator: takes taps in any order, any number of times; gives the trips that are new or have changed. */
export class OperatorBook {
  readonly trips = new Map<string, OperatorTrip>();
  readonly #taps: CardTap[] = [];
  readonly #inForce: TariffInForce;

  constructor(inForce: TariffInForce) {
    this.#inForce = inForce;
  }

  take(taps: readonly CardTap[], nowMilliseconds: number): OperatorTrip[] {
    this.#taps.push(...taps);
    return [...new Set(taps.map(({ day }) => day))].flatMap((day) => this.#pairDay(day, nowMilliseconds));
  }

  /** Pairs all days once more, when nothing can come any more. */
  close(nowMilliseconds: number): OperatorTrip[] {
    return [...new Set(this.#taps.map(({ day }) => day))].flatMap((day) =>
      this.#pairDay(day, nowMilliseconds),
    );
  }

  #pairDay(day: string, nowMilliseconds: number): OperatorTrip[] {
    const ofDay = this.#taps.filter((tap) => tap.day === day);
    const now = new Map(priceDay(ofDay, this.#inForce, nowMilliseconds).map((one) => [one.trip.tripId, one]));
    const changed: OperatorTrip[] = [];
    for (const [tripId, next] of now) {
      const before = this.trips.get(tripId);
      const isSame =
        before &&
        !before.isWithdrawn &&
        textOf([before.trip, before.price]) === textOf([next.trip, next.price]);
      if (!isSame) changed.push({ ...next, revision: (before?.revision ?? 0) + 1, isWithdrawn: false });
    }
    for (const before of this.trips.values())
      if (before.day === day && !before.isWithdrawn && !now.has(before.trip.tripId))
        changed.push({ ...before, revision: before.revision + 1, isWithdrawn: true });
    for (const trip of changed) this.trips.set(trip.trip.tripId, trip);
    return changed;
  }
}

const textOf = (value: unknown) => JSON.stringify(value);

/** What the settlement is of: the operator's trip as the issuer keeps it. */
interface IssuerTrip extends TripAccount {
  revision: number;
}

/** The issuer: keeps the highest revision of each trip, settles from the earliest change on, posts differences. */
export class IssuerBook {
  readonly trips = new Map<string, IssuerTrip>();
  readonly postings: Posting[] = [];
  #passes: KnownPass[];
  readonly #terms: SettlementTerms;

  constructor(passes: readonly HeldPass[], terms: SettlementTerms) {
    this.#passes = passes.map((pass) => ({ ...pass, firstUsedSeconds: null, firstDay: null }));
    this.#terms = terms;
  }

  take(charges: readonly OperatorTrip[]): void {
    let changedFrom = Infinity;
    for (const charge of charges) {
      const before = this.trips.get(charge.trip.tripId);
      if (before && before.revision >= charge.revision) continue;
      const next = { ...toAccount(charge, before), revision: charge.revision };
      this.trips.set(next.tripId, next);
      changedFrom = Math.min(changedFrom, next.beganAtSeconds, before?.beganAtSeconds ?? Infinity);
    }
    if (changedFrom < Infinity) this.#settle(changedFrom);
  }

  #settle(changedFrom: number): void {
    const day = firstDayThatMatters(serviceDayAt(changedFrom, hanoiCalendar));
    const since = serviceDayStart(day, hanoiCalendar);
    const trips = [...this.trips.values()].filter(({ beganAtSeconds }) => beganAtSeconds >= since);
    const outcome = settleCard({ trips, passes: this.#passes }, changedFrom, this.#terms);
    for (const settled of outcome.trips) {
      const trip = this.trips.get(settled.tripId)!;
      const { row, posting } = bookTrip(trip, settled, new Date(0));
      if (posting) this.postings.push(posting);
      this.trips.set(trip.tripId, {
        ...trip,
        postings: row.postings,
        settledAgency: row.settled_agency,
        settled:
          settled.settled === null ? null : { amount: settled.fare.amount, applied: settled.settled.applied },
      });
    }
    this.#passes = this.#passes.map((pass) => ({
      ...pass,
      ...outcome.passes.find(({ passId }) => passId === pass.passId)!,
    }));
  }
}

function toAccount({ day, trip, price, isWithdrawn }: OperatorTrip, before?: TripAccount): TripAccount {
  const first = (trip.entry ?? trip.exit)!;
  return {
    tripId: trip.tripId,
    cardId: 'card',
    riderId: 'rider',
    lineName: first.lineId,
    beganAtSeconds: Math.floor(first.atMilliseconds / 1000),
    serviceDay: day,
    mode: first.mode,
    lineId: first.lineId,
    agency: agencyOf(first.lineId),
    concession: first.concession,
    basis: price.pricing?.basis ?? 'tariff',
    fare: isWithdrawn ? null : price.fare,
    faceValue: price.pricing?.faceValue ?? null,
    settled: before?.settled ?? null,
    settledAgency: before?.settledAgency ?? null,
    postings: before?.postings ?? 0,
  };
}
