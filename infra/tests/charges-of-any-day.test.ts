/**
 * Properties of the whole way from taps to money, through the operator's and the issuer's pure code, over random
 * cities, riders and orders of arrival. The seed is printed; `CHARGES_SEED=<seed>` repeats a run.
 */
import { periodStart, settleTrips, type FareCap, type HeldPass, type PricedTrip } from '@vedong/fares';
import { hanoiCalendar, serviceDayStart } from '@vedong/travel';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { IssuerBook, OperatorBook, priceDay, type OperatorTrip } from './books-of-a-card.ts';
import {
  caps,
  citiesInForce,
  days,
  passesThatBegin,
  taps,
  type CardTap,
  type CityInForce,
} from './random-rider.ts';

vi.setConfig({ testTimeout: 600_000 });
const seed = Number(process.env['CHARGES_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
console.info(`CHARGES_SEED=${seed}`);

const freeConcessions = [2];
/** Every open trip is over: none can be completed any more. */
const afterAll = (serviceDayStart(days.at(-1)!, hanoiCalendar) + 2 * 86_400) * 1000;

/** Taps come in batches, in any order and some twice; charges come in any order, late and some twice. */
function travel(
  known: { city: CityInForce; passes: readonly HeldPass[]; caps: readonly FareCap[] },
  taps: readonly CardTap[],
  next: (below: number) => number,
): { operator: OperatorBook; issuer: IssuerBook } {
  const operator = new OperatorBook(known.city);
  const issuer = new IssuerBook(known.passes, { caps: known.caps, freeConcessions });
  const arrivals = shuffle([...taps, ...taps.filter(() => next(4) === 0)], next);
  const sent: OperatorTrip[] = [];
  let outbox: OperatorTrip[] = [];
  const send = (most: number): void => {
    const charges = shuffle(outbox, next).slice(0, most);
    outbox = outbox.filter((charge) => !charges.includes(charge));
    sent.push(...charges);
    issuer.take(shuffle([...charges, ...sent.filter(() => next(8) === 0)], next));
  };
  const queue = (changed: readonly OperatorTrip[]): void => {
    const newer = new Set(changed.map(({ trip }) => trip.tripId));
    // The outbox holds the newest revision, but an older one may be under way.
    const [overtaken, others] = [
      outbox.filter(({ trip }) => newer.has(trip.tripId)),
      outbox.filter(({ trip }) => !newer.has(trip.tripId)),
    ];
    if (next(2) === 0) sent.push(...overtaken);
    outbox = [...others, ...changed];
  };
  let now = 0;
  for (let at = 0; at < arrivals.length;) {
    const batch = arrivals.slice(at, at + 1 + next(4));
    at += batch.length;
    now = Math.max(now, ...batch.map(({ tap }) => tap.atMilliseconds));
    queue(operator.take(batch, now));
    if (next(2) === 0) send(1 + next(4));
  }
  queue(operator.close(afterAll));
  while (outbox.length > 0) send(1 + next(6));
  return { operator, issuer };
}

function shuffle<T>(items: readonly T[], next: (below: number) => number): T[] {
  return items
    .map((item) => ({ item, rank: next(1_000_000) }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ item }) => item);
}

/** What a trip costs in the end and why, without what the order may leave behind: how many postings it took. */
const chargesOf = ({ issuer }: ReturnType<typeof travel>) =>
  [...issuer.trips.values()]
    .filter(({ fare, settled }) => fare !== null || settled !== null)
    .map(({ tripId, fare, settled, agency }) => ({ tripId, fare, settled, agency }))
    .toSorted((one, other) => (one.tripId < other.tripId ? -1 : 1));

function sumsByAccount({ issuer }: ReturnType<typeof travel>): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { account, amount } of issuer.postings.flatMap(({ entries }) => entries)) {
    const key = `${account.kind} ${account.owner}`;
    sums.set(key, (sums.get(key) ?? 0) + amount);
  }
  return new Map([...sums].filter(([, sum]) => sum !== 0));
}

it('charges the same in every order, each trip once, in books that balance, never beyond a cap', () => {
  const stream = fc.infiniteStream(fc.nat());
  const anyPasses = passesThatBegin('purchase', 'first_use');
  fc.assert(
    fc.property(citiesInForce, taps, anyPasses, caps, stream, (city, taps, passes, caps, numbers) => {
      const next = (below: number) => (numbers.next().value ?? 0) % below;
      const known = { city, passes, caps };
      const inOrder = travel(
        known,
        taps.toSorted((one, other) => one.tap.atMilliseconds - other.tap.atMilliseconds),
        () => 1,
      );
      const told = travel(known, taps, next);
      expect(pricesOf(told.operator)).toEqual(pricesOf(inOrder.operator));
      expect(chargesOf(told)).toEqual(chargesOf(inOrder));
      expect(sumsByAccount(told)).toEqual(sumsByAccount(inOrder));
      for (const outcome of [told, inOrder]) {
        expectBalanced(outcome.issuer);
        expectEachChargedOnce(outcome.issuer);
        expectSameAsSettledAtOnce(outcome.issuer, known);
        expectWithinCaps(outcome.issuer, caps);
      }
    }),
    { numRuns: 5000, seed },
  );
});

const pricesOf = (operator: OperatorBook) =>
  [...operator.trips.values()]
    .filter(({ isWithdrawn }) => !isWithdrawn)
    .map(({ trip, price }) => ({ trip, price }))
    .toSorted((one, other) => (one.trip.tripId < other.trip.tripId ? -1 : 1));

function expectBalanced({ postings }: IssuerBook): void {
  for (const { entries } of postings) {
    expect(entries.length).toBeGreaterThan(1);
    expect(entries.reduce((sum, { amount }) => sum + amount, 0)).toBe(0);
    expect(entries.every(({ amount }) => amount !== 0)).toBe(true);
  }
  expect(new Set(postings.map(({ reference }) => reference)).size).toBe(postings.length);
}

/** What left the wallet for a trip is what it costs, whatever was posted and taken back on the way. */
function expectEachChargedOnce({ postings, trips }: IssuerBook): void {
  const paid = Map.groupBy(postings, ({ tripId }) => tripId);
  for (const { tripId, settled } of trips.values()) {
    const entries = (paid.get(tripId) ?? []).flatMap((posting) => posting.entries);
    const wallet = entries.filter(({ account }) => account.kind === 'wallet');
    expect(wallet.reduce((sum, { amount }) => sum - amount, 0)).toBe(settled?.amount ?? 0);
  }
}

function expectSameAsSettledAtOnce(
  issuer: IssuerBook,
  { passes, caps }: { passes: readonly HeldPass[]; caps: readonly FareCap[] },
): void {
  const trips = [...issuer.trips.values()];
  const settled = settleTrips({ trips, passes, caps, freeConcessions }).trips;
  expect(settled.map(({ tripId, fare }) => [tripId, fare?.amount ?? null])).toEqual(
    settled.map(({ tripId }) => [tripId, issuer.trips.get(tripId)?.settled?.amount ?? null]),
  );
}

function expectWithinCaps(issuer: IssuerBook, caps: readonly FareCap[]): void {
  for (const cap of caps) {
    const paid = new Map<string, number>();
    for (const trip of issuer.trips.values()) {
      const { settled, serviceDay, mode, concession } = trip;
      const counts =
        (settled?.applied === 'fare' || settled?.applied === 'cap') &&
        cap.modes.includes(mode) &&
        cap.concessions.includes(concession) &&
        cap.fromDay <= serviceDay &&
        (cap.toDay === null || serviceDay <= cap.toDay);
      const period = periodStart(serviceDay, cap.period);
      if (counts) paid.set(period, (paid.get(period) ?? 0) + settled.amount);
    }
    for (const sum of paid.values()) expect(sum).toBeLessThanOrEqual(cap.limit.amount);
  }
}

/**
 * The trips that have something to do with those that a tap makes, changes or takes away:
 * - itself, where its own taps or state are not the same with the tap as without (pairing);
 * - those of the same day between which and such a trip rides follow each other so closely that a transfer may lead
 *   from one to the next: none begins later after the end of all before it than the longest limit of the tariff;
 * - those that share a cap's period with any of these, or with one that does.
 * All others are unrelated, and must cost the same: so never more.
 */
function listRelated(
  before: readonly PricedTripOfDay[],
  after: readonly PricedTripOfDay[],
  { city, caps }: { city: CityInForce; caps: readonly FareCap[] },
): Set<string> {
  const textOf = (trips: readonly PricedTripOfDay[]) =>
    new Map(trips.map(({ trip }) => [trip.tripId, JSON.stringify(trip)]));
  const [one, other] = [textOf(before), textOf(after)];
  const related = new Set(
    [...one.keys(), ...other.keys()].filter((tripId) => one.get(tripId) !== other.get(tripId)),
  );
  const all = [...new Map([...before, ...after].map((each) => [each.trip.tripId, each])).values()];
  for (const ofDay of Map.groupBy(all, ({ day }) => day).values())
    for (const cluster of clustersOf(ofDay, city.longestTransferSeconds * 1000))
      if (cluster.some((tripId) => related.has(tripId))) for (const tripId of cluster) related.add(tripId);
  const periodsOf = ({ day }: PricedTripOfDay) =>
    caps.map(({ capId, period }) => `${capId} ${periodStart(day, period)}`);
  for (let size = 0; size < related.size;) {
    size = related.size;
    const periods = new Set(all.filter(({ trip }) => related.has(trip.tripId)).flatMap(periodsOf));
    for (const each of all)
      if (periodsOf(each).some((period) => periods.has(period))) related.add(each.trip.tripId);
  }
  return related;
}

type PricedTripOfDay = ReturnType<typeof priceDay>[number];

function clustersOf(trips: readonly PricedTripOfDay[], longestMilliseconds: number): string[][] {
  const spans = trips
    .map(({ trip: { tripId, entry, exit } }) => ({
      tripId,
      begin: (entry ?? exit)!.atMilliseconds,
      end: (exit ?? entry)!.atMilliseconds,
    }))
    .toSorted((one, other) => one.begin - other.begin);
  const clusters: string[][] = [];
  let latestEnd = -Infinity;
  for (const { tripId, begin, end } of spans) {
    const last = clusters.at(-1);
    if (last && begin - latestEnd <= longestMilliseconds) last.push(tripId);
    else clusters.push([tripId]);
    latestEnd = Math.max(latestEnd, end);
  }
  return clusters;
}

it('makes no unrelated trip dearer, nor cheaper, by a tap more', () => {
  let unrelated = 0;
  fc.assert(
    fc.property(citiesInForce, taps, passesThatBegin('purchase'), caps, (city, taps, passes, caps) => {
      const priced = (known: readonly CardTap[]) =>
        days.flatMap((day) =>
          priceDay(
            known.filter((tap) => tap.day === day),
            city,
            afterAll,
          ),
        );
      const [before, after] = [priced(taps.slice(1)), priced(taps)];
      const related = listRelated(before, after, { city, caps });
      const settledOf = (trips: readonly PricedTripOfDay[]) => {
        const issuer = new IssuerBook(passes, { caps, freeConcessions });
        issuer.take(trips.map((each) => ({ ...each, revision: 1, isWithdrawn: false })));
        return new Map(
          [...issuer.trips.values()]
            .filter(({ tripId }) => !related.has(tripId))
            .map(({ tripId, fare, settled }): [string, Pick<PricedTrip, 'fare'> & { settled: unknown }] => [
              tripId,
              { fare, settled },
            ]),
        );
      };
      const [with1, without] = [settledOf(after), settledOf(before)];
      unrelated += without.size;
      expect(with1).toEqual(without);
    }),
    { numRuns: 6000, seed },
  );
  expect(unrelated).toBeGreaterThan(6000);
});
