/** What a card's trips cost in the end: pass before free concession before cap before full fare. */
import { addServiceDays, type Mode } from '@vedong/travel';
import type { Day, FareCap, PassProduct } from './fare-extension.ts';
import type { Money } from './money.ts';

/** A trip as the tariff priced it. */
export interface PricedTrip {
  readonly tripId: string;
  /** When it began, whole unix seconds: trips are settled in the order they were ridden in, not reported in. */
  readonly beganAtSeconds: number;
  readonly serviceDay: Day;
  readonly mode: Mode;
  readonly lineId: string;
  /** The agency of its line, in the words of `PassProduct.agencies`. */
  readonly agency: string;
  readonly concession: number;
  readonly basis: 'tariff' | 'incomplete' | 'free_day' | 'waived' | 'unknown';
  /** What is asked before passes and caps; null: not known yet, and the trip is left out of everything. */
  readonly fare: Money | null;
  /** What the tariff asks for the ride itself, also on a free day. */
  readonly faceValue: Money | null;
}

/** A pass somebody holds. One that was refunded is not passed in. */
export interface HeldPass {
  readonly passId: string;
  readonly product: Pick<PassProduct, 'modes' | 'agencies' | 'durationDays' | 'activation'>;
  /** The chosen line of a pass of scope `line`; null: every line. */
  readonly lineId: string | null;
  /** It covers no trip that began earlier. */
  readonly boughtAtSeconds: number;
  /** The first day it may be used on: the service day of its purchase, or a later one for a renewal. */
  readonly validFromDay: Day;
}

/** A cap the trip counted towards, with what had been paid in its period before. */
export interface CapCandidate {
  readonly capId: string;
  readonly period: FareCap['period'];
  readonly limit: Money;
  readonly paidBefore: Money;
  readonly applied: boolean;
}

/** Why the rider pays what the trip costs. */
export interface Settlement {
  readonly applied: 'fare' | 'pass' | 'cap' | 'free_category' | 'free_day' | 'incomplete' | 'waived';
  readonly fullFare: Money;
  readonly caps: readonly CapCandidate[];
  readonly passId: string | null;
}

/** `fare` is what the rider pays; it and `settled` are null together, while the trip has no price. */
export type SettledTrip =
  | { readonly tripId: string; readonly fare: Money; readonly settled: Settlement }
  | { readonly tripId: string; readonly fare: null; readonly settled: null };

/** The days a pass is good for; null until a pass that begins with its first use has been used. */
export interface PassRun {
  readonly passId: string;
  readonly firstDay: Day | null;
  readonly lastDay: Day | null;
}

/** What was paid for trips that are settled already: it counts towards caps as it is. */
export interface PaidBefore extends Pick<PricedTrip, 'serviceDay' | 'mode' | 'concession'> {
  readonly paid: Money;
}

export interface TripsToSettle {
  /** All trips of one card, in any order; all that are not in `paidBefore`. */
  readonly trips: readonly PricedTrip[];
  readonly paidBefore?: readonly PaidBefore[];
  readonly passes: readonly HeldPass[];
  readonly caps: readonly FareCap[];
  readonly freeConcessions: readonly number[];
}

/**
 * Settles all trips of one card, in the order in which they were ridden (`beganAtSeconds`, then `tripId`), whatever
 * order they are given in. Trips come back in that order, passes by id.
 */
export function settleTrips({ trips, passes, caps, freeConcessions, paidBefore = [] }: TripsToSettle): {
  trips: SettledTrip[];
  passes: PassRun[];
} {
  const wallet = new PassWallet(passes);
  const meter = new CapMeter(caps);
  for (const before of paidBefore) meter.add(before);
  const settleTrip = (trip: PricedTrip): SettledTrip => {
    const { tripId, fare, faceValue, basis } = trip;
    if (fare === null) return { tripId, fare: null, settled: null };
    const settle = (
      applied: Settlement['applied'],
      amount: number,
      more?: Partial<Settlement>,
    ): SettledTrip => ({
      tripId,
      fare: { amount, currency: fare.currency },
      settled: { applied, fullFare: fare, caps: [], passId: null, ...more },
    });
    if (basis === 'waived') return settle('waived', fare.amount, { fullFare: faceValue ?? fare });
    if (basis === 'free_day') return settle('free_day', 0, { fullFare: faceValue ?? fare });
    const passId = wallet.findPassFor(trip);
    if (passId !== null) return settle('pass', 0, { passId });
    if (freeConcessions.includes(trip.concession)) return settle('free_category', 0);
    if (basis === 'incomplete') return settle('incomplete', fare.amount);
    const { amount, candidates } = meter.count(trip, fare);
    return settle(amount < fare.amount ? 'cap' : 'fare', amount, { caps: candidates });
  };
  return { trips: trips.toSorted(inTravelOrder).map(settleTrip), passes: wallet.listRuns() };
}

function inTravelOrder(a: PricedTrip, b: PricedTrip): number {
  return a.beganAtSeconds - b.beganAtSeconds || compareText(a.tripId, b.tripId);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The passes of a card; those that begin with their first use begin while trips are settled. */
class PassWallet {
  readonly #passes: readonly HeldPass[];
  readonly #runs: Map<string, { firstDay: Day; lastDay: Day }>;

  constructor(passes: readonly HeldPass[]) {
    this.#passes = passes.toSorted(
      (a, b) => a.boughtAtSeconds - b.boughtAtSeconds || compareText(a.passId, b.passId),
    );
    this.#runs = new Map();
    for (const pass of this.#passes)
      if (pass.product.activation === 'purchase') this.#begin(pass, pass.validFromDay);
  }

  #begin({ passId, product }: HeldPass, firstDay: Day): void {
    this.#runs.set(passId, { firstDay, lastDay: addServiceDays(firstDay, product.durationDays - 1) });
  }

  /** Of the passes already running the one that ends first; only without one does another begin. */
  findPassFor(trip: PricedTrip): string | null {
    const suitable = this.#passes.filter((pass) => mayCover(pass, trip));
    let best: { passId: string; lastDay: Day } | null = null;
    for (const { passId } of suitable) {
      const run = this.#runs.get(passId);
      if (run === undefined || trip.serviceDay < run.firstDay || run.lastDay < trip.serviceDay) continue;
      if (best === null || run.lastDay < best.lastDay) best = { passId, lastDay: run.lastDay };
    }
    if (best !== null) return best.passId;
    const next = suitable.find(({ passId }) => !this.#runs.has(passId));
    if (next === undefined) return null;
    this.#begin(next, trip.serviceDay);
    return next.passId;
  }

  listRuns(): PassRun[] {
    return this.#passes
      .map(({ passId }) => ({ passId, ...(this.#runs.get(passId) ?? { firstDay: null, lastDay: null }) }))
      .toSorted((a, b) => compareText(a.passId, b.passId));
  }
}

function mayCover({ product, lineId, boughtAtSeconds, validFromDay }: HeldPass, trip: PricedTrip): boolean {
  return (
    boughtAtSeconds <= trip.beganAtSeconds &&
    validFromDay <= trip.serviceDay &&
    product.modes.includes(trip.mode) &&
    (lineId === null || lineId === trip.lineId) &&
    (product.agencies === null || product.agencies.includes(trip.agency))
  );
}

/** What was paid towards each cap in each of its periods. */
class CapMeter {
  readonly #caps: readonly FareCap[];
  readonly #paid = new Map<string, number>();

  constructor(caps: readonly FareCap[]) {
    this.#caps = caps.toSorted((a, b) => compareText(a.capId, b.capId));
  }

  add(before: PaidBefore): void {
    for (const cap of this.#caps) {
      if (!countsTowards(before, before.paid, cap)) continue;
      const key = keyOf(before, cap);
      this.#paid.set(key, (this.#paid.get(key) ?? 0) + before.paid.amount);
    }
  }

  /** The trip's amount under the tightest of its caps, counted towards all of them. */
  count(trip: PricedTrip, fare: Money): { amount: number; candidates: CapCandidate[] } {
    const open = this.#caps
      .filter((cap) => countsTowards(trip, fare, cap))
      .map((cap) => {
        const key = keyOf(trip, cap);
        const paidBefore = this.#paid.get(key) ?? 0;
        return { cap, key, paidBefore, left: Math.max(0, cap.limit.amount - paidBefore) };
      });
    const amount = Math.min(fare.amount, ...open.map(({ left }) => left));
    const tightest = amount < fare.amount ? open.find(({ left }) => left === amount) : undefined;
    for (const { key, paidBefore } of open) this.#paid.set(key, paidBefore + amount);
    const candidates = open.map((each) => ({
      capId: each.cap.capId,
      period: each.cap.period,
      limit: each.cap.limit,
      paidBefore: { amount: each.paidBefore, currency: fare.currency },
      applied: each === tightest,
    }));
    return { amount, candidates };
  }
}

const keyOf = ({ serviceDay }: Pick<PricedTrip, 'serviceDay'>, { capId, period }: FareCap): string =>
  `${periodStart(serviceDay, period)} ${capId}`;

function countsTowards(
  { serviceDay, mode, concession }: Omit<PaidBefore, 'paid'>,
  fare: Money,
  cap: FareCap,
): boolean {
  return (
    cap.modes.includes(mode) &&
    cap.concessions.includes(concession) &&
    cap.limit.currency === fare.currency &&
    cap.fromDay <= serviceDay &&
    (cap.toDay === null || serviceDay <= cap.toDay)
  );
}

/** The first service day of the period a service day lies in. */
export function periodStart(day: Day, period: FareCap['period']): Day {
  if (period === 'day') return day;
  if (period === 'month') return `${day.slice(0, 8)}01`;
  return addServiceDays(day, 1 - Temporal.PlainDate.from(day).dayOfWeek);
}
