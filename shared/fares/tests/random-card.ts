/** Trips, passes and caps of one card, for property tests: few enough days and lines that they meet often. */
import { addServiceDays } from '@vedong/travel';
import fc from 'fast-check';
import type { FareCap, HeldPass, PricedTrip } from '../src/index.ts';

const vnd = (amount: number): { amount: number; currency: string } => ({ amount, currency: 'VND' });
const firstDay = '2026-11-25'; // a Wednesday, five days before the month ends
const firstDaySeconds = Date.UTC(2026, 10, 24, 20) / 1000;
const mode = fc.constantFrom('metro' as const, 'bus' as const);
const modes = fc.constantFrom<('metro' | 'bus')[]>(['metro'], ['bus'], ['metro', 'bus']);
const agency = fc.constantFrom('one', 'two');
const dayNo = fc.nat(11);

const trip = fc
  .record({
    tripId: fc.uuid(),
    dayNo,
    secondOfDay: fc.nat(86_399),
    mode,
    lineId: fc.constantFrom('x', 'y'),
    agency,
    concession: fc.constantFrom(0, 0, 0, 1, 2),
    basis: fc.constantFrom<PricedTrip['basis'][]>(
      'tariff',
      'tariff',
      'tariff',
      'tariff',
      'incomplete',
      'free_day',
      'waived',
      'unknown',
    ),
    amount: fc.integer({ min: 0, max: 20_000 }),
  })
  .map(({ dayNo, secondOfDay, amount, basis, ...rest }): PricedTrip => {
    const isFree = basis === 'free_day' || basis === 'waived';
    return {
      ...rest,
      basis,
      beganAtSeconds: firstDaySeconds + dayNo * 86_400 + secondOfDay,
      serviceDay: addServiceDays(firstDay, dayNo),
      fare: basis === 'unknown' ? null : vnd(isFree ? 0 : amount),
      faceValue: basis === 'unknown' ? null : vnd(amount),
    };
  });

/** Trips of one card, each with an id of its own. */
export const trips = fc.uniqueArray(trip, { selector: ({ tripId }) => tripId, maxLength: 25, minLength: 1 });

export function passesThatBegin(
  ...activations: HeldPass['product']['activation'][]
): fc.Arbitrary<HeldPass[]> {
  const pass = fc
    .record({
      passId: fc.uuid(),
      dayNo,
      secondOfDay: fc.nat(86_399),
      modes,
      activation: fc.constantFrom(...activations),
      durationDays: fc.constantFrom(1, 2, 7),
      agencies: fc.constantFrom(null, ['one']),
      lineId: fc.constantFrom(null, 'x'),
    })
    .map(({ passId, lineId, dayNo, secondOfDay, ...product }): HeldPass => ({
      passId,
      product,
      lineId,
      boughtAtSeconds: firstDaySeconds + dayNo * 86_400 + secondOfDay,
      validFromDay: addServiceDays(firstDay, dayNo),
    }));
  return fc.uniqueArray(pass, { selector: ({ passId }) => passId, maxLength: 3 });
}

export function capsOf(...periods: FareCap['period'][]): fc.Arbitrary<FareCap[]> {
  const cap = fc.record({
    capId: fc.constantFrom('a', 'b', 'c'),
    nameVi: fc.constant('Mức tối đa'),
    nameEn: fc.constant('Cap'),
    period: fc.constantFrom(...periods),
    limit: fc.integer({ min: 0, max: 60_000 }).map(vnd),
    modes,
    concessions: fc.constantFrom([0], [0, 1]),
    fromDay: fc.constantFrom('2026-01-01', '2026-11-28'),
    toDay: fc.constantFrom(null, '2026-12-02'),
  });
  return fc.uniqueArray(cap, { selector: ({ capId }) => capId, maxLength: 3 });
}

/** The same items in another order, drawn together with them. */
export function shuffled<T>(items: readonly T[], numbers: fc.Stream<number>): T[] {
  return items
    .map((item) => ({ item, rank: numbers.next().value ?? 0 }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
