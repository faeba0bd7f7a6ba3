import { settleTrips, type FareCap, type HeldPass, type PricedTrip } from '@vedong/fares';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { firstDayThatMatters, settleCard, type KnownPass, type KnownTrip } from './settle-card.ts';

const vnd = (amount: number) => ({ amount, currency: 'VND' });
const dayStart = Date.UTC(2026, 9, 20, 20) / 1000;
const serviceDayOf = (seconds: number) =>
  new Date((dayStart + Math.floor((seconds - dayStart) / 86_400) * 86_400 + 4 * 3600) * 1000)
    .toISOString()
    .slice(0, 10);
const fullTime = { fromDay: '2026-01-01', toDay: null, concessions: [0], nameVi: '', nameEn: '' };
const terms = {
  caps: [
    { ...fullTime, capId: 'day', period: 'day', limit: vnd(20_000), modes: ['metro', 'bus'] },
    { ...fullTime, capId: 'week', period: 'week', limit: vnd(70_000), modes: ['metro'] },
    { ...fullTime, capId: 'month', period: 'month', limit: vnd(160_000), modes: ['metro', 'bus'] },
  ] satisfies FareCap[],
  freeConcessions: [2],
};

/** Six weeks of a card, so that weeks and months overlap. */
const trip = fc
  .record({
    beganAtSeconds: fc.integer({ min: dayStart, max: dayStart + 42 * 86_400 - 1 }),
    mode: fc.constantFrom('metro' as const, 'bus' as const),
    lineId: fc.constantFrom('2A', '32'),
    concession: fc.constantFrom(0, 0, 0, 2),
    basis: fc.constantFrom('tariff' as const, 'tariff' as const, 'incomplete' as const, 'free_day' as const),
    fare: fc.option(
      fc.integer({ min: 0, max: 15 }).map((thousands) => vnd(thousands * 1000)),
      { freq: 9 },
    ),
  })
  .map((some) => ({
    ...some,
    serviceDay: serviceDayOf(some.beganAtSeconds),
    agency: 'HM',
    faceValue: some.fare,
  }));
const trips = fc
  .array(trip, { maxLength: 60, size: 'max' })
  .map((some): PricedTrip[] => some.map((one, index) => ({ ...one, tripId: `t${100 + index}` })));
const pass = fc.record({
  product: fc.record({
    modes: fc.constantFrom(['metro' as const], ['metro' as const, 'bus' as const]),
    agencies: fc.constant(null),
    durationDays: fc.constantFrom(1, 7),
    activation: fc.constantFrom('purchase' as const, 'first_use' as const),
  }),
  lineId: fc.constantFrom(null, '2A'),
  boughtAtSeconds: fc.integer({ min: dayStart, max: dayStart + 42 * 86_400 - 1 }),
});
const passes = fc.array(pass, { maxLength: 4, size: 'max' }).map((some): HeldPass[] =>
  some.map((one, index) => ({
    ...one,
    passId: `p${index}`,
    validFromDay: serviceDayOf(one.boughtAtSeconds),
  })),
);

/** What a store would hold: trips arrive one by one, each settles the card from where it began. */
function settleOneByOne(arrivals: readonly PricedTrip[], held: readonly HeldPass[]) {
  const known = new Map<string, KnownTrip>();
  let uses: KnownPass[] = held.map((one) => {
    const firstDay = one.product.activation === 'purchase' ? one.validFromDay : null;
    return { ...one, firstUsedSeconds: null, firstDay };
  });
  for (const arrival of arrivals) {
    const before = known.get(arrival.tripId);
    known.set(arrival.tripId, { ...arrival, settled: before?.settled ?? null });
    const from = Math.min(arrival.beganAtSeconds, before?.beganAtSeconds ?? Infinity);
    const firstDay = firstDayThatMatters(serviceDayOf(from));
    const loaded = [...known.values()].filter(({ serviceDay }) => serviceDay >= firstDay);
    const outcome = settleCard({ trips: loaded, passes: uses }, from, terms);
    for (const { tripId, fare, settled } of outcome.trips) {
      const settledNow = settled && { applied: settled.applied, amount: fare.amount };
      known.set(tripId, { ...known.get(tripId)!, settled: settledNow });
    }
    uses = uses.map((use) => ({ ...use, ...outcome.passes.find(({ passId }) => passId === use.passId)! }));
  }
  const amounts = [...known.values()].map(({ tripId, settled }) => [tripId, settled?.amount ?? null]);
  return { amounts: Object.fromEntries(amounts) as object, starts: uses.map(({ firstDay }) => firstDay) };
}

it('settling trip by trip, in any order, twice and with corrections, ends as settling all at once', () => {
  const arrivals = trips.chain((some) =>
    fc.record({
      final: fc.constant(some),
      early: fc.shuffledSubarray(some).map((ones) => ones.map((one) => ({ ...one, fare: vnd(9000) }))),
      late: fc.shuffledSubarray(some, { minLength: some.length }),
      again: fc.shuffledSubarray(some),
    }),
  );
  fc.assert(
    fc.property(arrivals, passes, ({ final, early, late, again }, held) => {
      const all = settleTrips({ trips: final, passes: held, ...terms });
      const { amounts, starts } = settleOneByOne([...early, ...late, ...again], held);
      expect(amounts).toEqual(
        Object.fromEntries(all.trips.map(({ tripId, fare }) => [tripId, fare?.amount ?? null])),
      );
      expect(starts).toEqual(all.passes.map(({ firstDay }) => firstDay));
    }),
    { numRuns: 300 },
  );
});
