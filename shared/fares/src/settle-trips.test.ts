import { describe, expect, it } from 'vitest';
import type { FareCap } from './fare-extension.ts';
import { periodStart, settleTrips, type HeldPass, type PricedTrip } from './settle-trips.ts';

const vnd = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'VND' });

/** A metro trip for 10,000 at an hour of 23 November 2026 (a Monday). */
function trip(hour: number, changes: Partial<PricedTrip> = {}): PricedTrip {
  return {
    tripId: `trip-${hour}`,
    beganAtSeconds: Date.UTC(2026, 10, 23, hour - 7) / 1000,
    serviceDay: '2026-11-23',
    mode: 'metro',
    lineId: '2A',
    agency: 'Hanoi Metro',
    concession: 0,
    basis: 'tariff',
    fare: vnd(10_000),
    faceValue: vnd(10_000),
    ...changes,
  };
}

function pass(changes: Partial<HeldPass['product']> = {}, held: Partial<HeldPass> = {}): HeldPass {
  return {
    passId: 'pass',
    product: { modes: ['metro'], agencies: null, durationDays: 7, activation: 'first_use', ...changes },
    lineId: null,
    boughtAtSeconds: Date.UTC(2026, 10, 23, 1) / 1000, // 08:00
    validFromDay: '2026-11-23',
    ...held,
  };
}

function cap(changes: Partial<FareCap> = {}): FareCap {
  return {
    capId: 'day',
    nameVi: 'Tối đa một ngày',
    nameEn: 'Day cap',
    period: 'day',
    limit: vnd(25_000),
    modes: ['metro', 'bus'],
    concessions: [0],
    fromDay: '2026-01-01',
    toDay: null,
    ...changes,
  };
}

function settle(
  trips: PricedTrip[],
  { passes = [], caps = [] }: { passes?: HeldPass[]; caps?: FareCap[] } = {},
): (number | string | null)[][] {
  const settled = settleTrips({ trips, passes, caps, freeConcessions: [2] });
  return settled.trips.map(({ fare, settled }) => [fare?.amount ?? null, settled?.applied ?? null]);
}

describe('which reduction applies', () => {
  it('asks the full fare where nothing reduces it', () => {
    expect(settleTrips({ trips: [trip(9)], passes: [], caps: [], freeConcessions: [] }).trips).toEqual([
      {
        tripId: 'trip-9',
        fare: vnd(10_000),
        settled: { applied: 'fare', fullFare: vnd(10_000), caps: [], passId: null },
      },
    ]);
  });

  it('takes a pass before a free concession, and that before a cap', () => {
    const free = trip(9, { concession: 2 });
    const caps = [cap({ limit: vnd(0), concessions: [0, 2] })];
    expect(settle([free], { passes: [pass()], caps })).toEqual([[0, 'pass']]);
    expect(settle([free], { caps })).toEqual([[0, 'free_category']]);
    expect(settle([trip(9)], { caps })).toEqual([[0, 'cap']]);
  });

  it('tickets a free day at 0, keeps its face value, and uses up no pass', () => {
    const free = trip(9, { basis: 'free_day', fare: vnd(0) });
    const settled = settleTrips({ trips: [free], passes: [pass()], caps: [cap()], freeConcessions: [] });
    expect(settled.trips[0]).toMatchObject({
      fare: vnd(0),
      settled: { applied: 'free_day', fullFare: vnd(10_000), caps: [], passId: null },
    });
    expect(settled.passes).toEqual([{ passId: 'pass', firstDay: null, lastDay: null }]);
  });

  it('leaves a waived trip as it is', () => {
    expect(settle([trip(9, { basis: 'waived', fare: vnd(0) })])).toEqual([[0, 'waived']]);
  });

  it('leaves a trip without price out of everything', () => {
    const unknown = trip(9, { basis: 'unknown', fare: null, faceValue: null });
    const settled = settleTrips({ trips: [unknown], passes: [pass()], caps: [cap()], freeConcessions: [0] });
    expect(settled.trips).toEqual([{ tripId: 'trip-9', fare: null, settled: null }]);
    expect(settled.passes[0]?.firstDay).toBeNull();
  });
});

describe('caps', () => {
  it('count in the order trips were ridden, not given', () => {
    expect(settle([trip(12), trip(9), trip(10)], { caps: [cap()] })).toEqual([
      [10_000, 'fare'],
      [10_000, 'fare'],
      [5_000, 'cap'],
    ]);
  });

  it('are recorded all, the tightest marked', () => {
    const caps = [cap(), cap({ capId: 'week', period: 'week', limit: vnd(12_000) })];
    const settled = settleTrips({ trips: [trip(9), trip(10)], passes: [], caps, freeConcessions: [] });
    expect(settled.trips[1]?.settled?.caps).toEqual([
      { capId: 'day', period: 'day', limit: vnd(25_000), paidBefore: vnd(10_000), applied: false },
      { capId: 'week', period: 'week', limit: vnd(12_000), paidBefore: vnd(10_000), applied: true },
    ]);
    expect(settled.trips[1]?.fare).toEqual(vnd(2_000));
  });

  it('neither count nor lower a trip with a missing end', () => {
    const incomplete = trip(9, { basis: 'incomplete', fare: vnd(18_625) });
    expect(settle([incomplete, trip(10), trip(11)], { caps: [cap({ limit: vnd(18_000) })] })).toEqual([
      [18_625, 'incomplete'],
      [10_000, 'fare'],
      [8_000, 'cap'],
    ]);
  });

  it('do not count what a pass or a free concession paid for', () => {
    const trips = [trip(9, { mode: 'bus' }), trip(10, { concession: 2 }), trip(11), trip(12)];
    const caps = [cap({ limit: vnd(15_000), concessions: [0, 2] })];
    expect(settle(trips, { caps, passes: [pass({ modes: ['bus'] })] })).toEqual([
      [0, 'pass'],
      [0, 'free_category'],
      [10_000, 'fare'],
      [5_000, 'cap'],
    ]);
  });

  it.each([
    ['another mode', { modes: ['bus'] as const }],
    ['another concession', { concessions: [1] }],
    ['another currency', { limit: { amount: 1, currency: 'USD' } }],
    ['a later begin', { fromDay: '2026-11-24' }],
    ['an earlier end', { toDay: '2026-11-22' }],
  ])('do not hold for %s', (_name, changes) => {
    expect(settle([trip(9)], { caps: [cap({ limit: vnd(0), ...changes })] })).toEqual([[10_000, 'fare']]);
  });

  it.each([
    ['day', '2026-11-29', '2026-11-29'],
    ['week', '2026-11-23', '2026-11-23'],
    ['week', '2026-11-29', '2026-11-23'],
    ['week', '2026-12-01', '2026-11-30'],
    ['month', '2026-11-29', '2026-11-01'],
  ] as const)('count by %s: %s belongs to %s', (period, day, start) => {
    expect(periodStart(day, period)).toBe(start);
  });
});

describe('passes', () => {
  const laterDays = (count: number): PricedTrip[] =>
    Array.from({ length: count }, (_, index) =>
      trip(9 + 24 * index, { serviceDay: `2026-11-${23 + index}`, tripId: `day-${index}` }),
    );

  it('begin with the first trip they cover, also when it is reported last', () => {
    const [first, second, third] = laterDays(3) as [PricedTrip, PricedTrip, PricedTrip];
    const twoDays = { passes: [pass({ durationDays: 2 })] };
    expect(settle([second, third], twoDays)).toEqual([
      [0, 'pass'],
      [0, 'pass'],
    ]);
    expect(settle([second, third, first], twoDays)).toEqual([
      [0, 'pass'],
      [0, 'pass'],
      [10_000, 'fare'],
    ]);
  });

  it('begin when bought, on days that count from then', () => {
    const passes = [pass({ activation: 'purchase', durationDays: 2 })];
    expect(settle(laterDays(3), { passes })).toEqual([
      [0, 'pass'],
      [0, 'pass'],
      [10_000, 'fare'],
    ]);
  });

  it('cover a trip with a missing end', () => {
    expect(settle([trip(9, { basis: 'incomplete' })], { passes: [pass()] })).toEqual([[0, 'pass']]);
  });

  it.each([
    ['before its purchase', trip(7), pass()],
    ['before the day of a renewal', trip(9), pass({}, { validFromDay: '2026-11-24' })],
    ['of another mode', trip(9, { mode: 'bus' }), pass()],
    ['on another line', trip(9), pass({}, { lineId: '3.1' })],
    ['of another company', trip(9), pass({ agencies: ['Transerco'] })],
  ])('do not cover a trip %s', (_name, ridden, held) => {
    expect(settle([ridden], { passes: [held] })).toEqual([[10_000, 'fare']]);
  });

  it('are used up one after the other: the one that ends first, and none begins while another runs', () => {
    const week = pass({}, { passId: 'a-week' });
    const month = pass({ activation: 'purchase', durationDays: 30 }, { passId: 'z-month' });
    const day = pass({ activation: 'purchase', durationDays: 1 }, { passId: 'y-day' });
    const settled = settleTrips({
      trips: laterDays(2),
      passes: [week, month, day],
      caps: [],
      freeConcessions: [],
    });
    expect(settled.trips.map((each) => each.settled?.passId)).toEqual(['y-day', 'z-month']);
    expect(settled.passes).toEqual([
      { passId: 'a-week', firstDay: null, lastDay: null },
      { passId: 'y-day', firstDay: '2026-11-23', lastDay: '2026-11-23' },
      { passId: 'z-month', firstDay: '2026-11-23', lastDay: '2026-12-22' },
    ]);
  });
});
