import { addServiceDays } from '@vedong/travel';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { capsOf, passesThatBegin, shuffled, trips } from '../tests/random-card.ts';
import type { FareCap } from './fare-extension.ts';
import { periodStart, settleTrips, type PricedTrip, type SettledTrip } from './settle-trips.ts';

const runs = { numRuns: 3_000 };
vi.setConfig({ testTimeout: 60_000 });

const anyCaps = capsOf('day', 'week', 'month');
const anyPasses = passesThatBegin('purchase', 'first_use');
const freeConcessions = [2];

function amountsOf(settled: readonly SettledTrip[]): Map<string, number | null> {
  return new Map(settled.map(({ tripId, fare }) => [tripId, fare === null ? null : fare.amount]));
}

it('settles the same in whatever order trips, passes and caps are given', () => {
  fc.assert(
    fc.property(trips, anyPasses, anyCaps, fc.infiniteStream(fc.nat()), (trips, passes, caps, numbers) => {
      const settled = settleTrips({ trips, passes, caps, freeConcessions });
      const again = settleTrips({
        trips: shuffled(trips, numbers),
        passes: shuffled(passes, numbers),
        caps: shuffled(caps, numbers),
        freeConcessions,
      });
      expect(again).toEqual(settled);
    }),
    runs,
  );
});

it('asks nothing for an unpriced trip, never more than the full fare, and tells why when it asks less', () => {
  fc.assert(
    fc.property(trips, anyPasses, anyCaps, (trips, passes, caps) => {
      const settled = settleTrips({ trips, passes, caps, freeConcessions }).trips;
      const byId = new Map(trips.map((trip) => [trip.tripId, trip]));
      expect(settled).toHaveLength(trips.length);
      for (const { tripId, fare, settled: why } of settled) {
        expect(fare === null).toBe(byId.get(tripId)?.fare === null);
        if (fare === null) continue;
        expect(fare.amount).toBeGreaterThanOrEqual(0);
        expect(fare.amount).toBeLessThanOrEqual(why.fullFare.amount);
        if (why.applied === 'fare' || why.applied === 'incomplete') expect(fare).toEqual(why.fullFare);
        if (why.applied === 'pass' || why.applied === 'free_category') expect(fare.amount).toBe(0);
        expect(why.passId === null).toBe(why.applied !== 'pass');
        expect(why.caps.filter(({ applied }) => applied)).toHaveLength(why.applied === 'cap' ? 1 : 0);
      }
    }),
    runs,
  );
});

it('keeps every cap in each of its periods, and adds up what was paid before', () => {
  fc.assert(
    fc.property(trips, anyPasses, anyCaps, (trips, passes, caps) => {
      const byId = new Map(trips.map((trip) => [trip.tripId, trip]));
      const paid = new Map<string, number>();
      for (const { tripId, fare, settled } of settleTrips({ trips, passes, caps, freeConcessions }).trips) {
        for (const { capId, period, limit, paidBefore } of settled?.caps ?? []) {
          const key = `${capId} ${periodStart(byId.get(tripId)?.serviceDay ?? '', period)}`;
          expect(paidBefore.amount).toBe(paid.get(key) ?? 0);
          paid.set(key, paidBefore.amount + (fare?.amount ?? 0));
          expect(paid.get(key)).toBeLessThanOrEqual(limit.amount);
        }
      }
    }),
    runs,
  );
});

it('lets a pass cover only trips on its days, in its modes, on its lines and after its purchase', () => {
  fc.assert(
    fc.property(trips, anyPasses, anyCaps, (trips, passes, caps) => {
      const settled = settleTrips({ trips, passes, caps, freeConcessions });
      const byId = new Map(trips.map((trip) => [trip.tripId, trip]));
      for (const { passId, firstDay, lastDay } of settled.passes) {
        const pass = passes.find((each) => each.passId === passId)!;
        const covered = settled.trips
          .filter((trip) => trip.settled?.passId === passId)
          .map(({ tripId }) => byId.get(tripId)!);
        if (pass.product.activation === 'first_use') expect(firstDay).toBe(covered[0]?.serviceDay ?? null);
        else expect(firstDay).toBe(pass.validFromDay);
        expect(lastDay).toBe(firstDay && addServiceDays(firstDay, pass.product.durationDays - 1));
        for (const trip of covered) {
          expect(trip.serviceDay >= firstDay! && trip.serviceDay <= lastDay!).toBe(true);
          expect(trip.beganAtSeconds).toBeGreaterThanOrEqual(pass.boughtAtSeconds);
          expect(pass.product.modes).toContain(trip.mode);
          expect([null, trip.lineId]).toContain(pass.lineId);
          expect(pass.product.agencies ?? [trip.agency]).toContain(trip.agency);
        }
      }
    }),
    runs,
  );
});

it('changes nothing of what was ridden before an added trip', () => {
  fc.assert(
    fc.property(trips, anyPasses, anyCaps, (trips, passes, caps) => {
      const [added, ...others] = trips as [PricedTrip, ...PricedTrip[]];
      const before = settleTrips({ trips: others, passes, caps, freeConcessions }).trips;
      const after = settleTrips({ trips, passes, caps, freeConcessions }).trips;
      const place = after.findIndex(({ tripId }) => tripId === added.tripId);
      expect(after.slice(0, place)).toEqual(before.slice(0, place));
    }),
    runs,
  );
});

/** All trips that share a cap's period with the first, or with one that does, and so on. */
function linkedWith(first: PricedTrip, trips: readonly PricedTrip[], caps: readonly FareCap[]): Set<string> {
  const periodsOf = ({ serviceDay }: PricedTrip): string[] =>
    caps.map(({ capId, period }) => `${capId} ${periodStart(serviceDay, period)}`);
  const linked = new Set([first.tripId]);
  const periods = new Set(periodsOf(first));
  for (let size = 0; size < linked.size;) {
    size = linked.size;
    for (const trip of trips) {
      const own = periodsOf(trip);
      if (!own.some((period) => periods.has(period))) continue;
      linked.add(trip.tripId);
      for (const period of own) periods.add(period);
    }
  }
  return linked;
}

it('changes nothing of trips that no cap connects with an added one', () => {
  fc.assert(
    fc.property(trips, passesThatBegin('purchase'), anyCaps, (trips, passes, caps) => {
      const [added, ...others] = trips as [PricedTrip, ...PricedTrip[]];
      const linked = linkedWith(added, trips, caps);
      const before = settleTrips({ trips: others, passes, caps, freeConcessions }).trips;
      const after = settleTrips({ trips, passes, caps, freeConcessions }).trips;
      const unrelated = (settled: readonly SettledTrip[]): SettledTrip[] =>
        settled.filter(({ tripId }) => !linked.has(tripId));
      expect(unrelated(after)).toEqual(unrelated(before));
    }),
    runs,
  );
});

it.each([['day', 'week'] as const, ['day', 'month'] as const])(
  'makes no trip dearer by adding one, with caps per %s and %s of every mode',
  (...periods) => {
    const caps = capsOf(...periods).map((caps) =>
      caps.map((cap): FareCap => ({
        ...cap,
        modes: ['metro', 'bus'],
        concessions: [0, 1],
        fromDay: '2026-01-01',
        toDay: null,
      })),
    );
    fc.assert(
      fc.property(trips, passesThatBegin('purchase'), caps, (trips, passes, caps) => {
        const [, ...others] = trips as [PricedTrip, ...PricedTrip[]];
        const before = amountsOf(settleTrips({ trips: others, passes, caps, freeConcessions }).trips);
        const after = amountsOf(settleTrips({ trips, passes, caps, freeConcessions }).trips);
        for (const [tripId, amount] of before)
          expect(after.get(tripId) ?? 0).toBeLessThanOrEqual(amount ?? 0);
      }),
      runs,
    );
  },
);
