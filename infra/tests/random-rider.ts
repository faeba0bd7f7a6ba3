/** A random rider of a random city: the taps of one card over some days, its passes, and the city's caps and terms. */
import type { PairingTap } from '@vedong/operator/pair-taps';
import type { TariffInForce } from '@vedong/operator/price-trips';
import { compileTariff, readFeed, type FareCap, type FareExtension } from '@vedong/fares';
import { addServiceDays, hanoiCalendar, serviceDayStart } from '@vedong/travel';
import fc from 'fast-check';
import { capsOf, passesThatBegin } from '../../shared/fares/tests/random-card.ts';
import { cities, type City, filesOf, stops } from '../../shared/fares/tests/random-city.ts';

/** A Saturday to Tuesday over the ends of a week and of a month. */
export const days = Array.from({ length: 4 }, (_, index) => addServiceDays('2026-11-28', index));

/** The random city's routes: buses are boarded; tram and ferry have gates at both ends. */
const lines = {
  bus1: { mode: 'bus', agency: 'one' },
  bus2: { mode: 'bus', agency: 'two' },
  tram1: { mode: 'metro', agency: 'one' },
  ferry: { mode: 'metro', agency: 'two' },
} as const;

export const agencyOf = (lineId: string): string => lines[lineId as keyof typeof lines].agency;

/** A tap of the card; its day is that of the ticket. */
export interface CardTap {
  day: string;
  tap: PairingTap;
}

const gate = fc.constantFrom(
  ...(['bus1', 'bus2'] as const).map((lineId) => ({ lineId, kind: 'board' as const })),
  ...(['tram1', 'tram1', 'ferry'] as const).flatMap((lineId) =>
    (['entry', 'exit'] as const).map((kind) => ({ lineId, kind })),
  ),
);

const tap: fc.Arbitrary<CardTap> = fc
  .record({
    tapId: fc.uuid(),
    day: fc.constantFrom(...days),
    gate,
    placeId: fc.constantFrom(...stops, 'nowhere'),
    atMinutes: fc.integer({ min: 0, max: 120 }).map((tens) => tens * 10),
    concession: fc.constantFrom(0, 0, 0, 0, 1, 2),
  })
  .map(({ tapId, day, gate: { lineId, kind }, placeId, atMinutes, concession }) => {
    const atMilliseconds = serviceDayStart(day, hanoiCalendar) * 1000 + atMinutes * 60_000;
    const { mode } = lines[lineId];
    const gateId = `${lineId} ${placeId} ${kind}`;
    return {
      day,
      tap: { tapId, atMilliseconds, gateId, kind, mode, lineId, placeId, issuer: 1, concession },
    };
  });

export const taps = fc.uniqueArray(tap, {
  selector: ({ tap: { tapId } }) => tapId,
  minLength: 2,
  maxLength: 14,
});

const terms = fc.record({
  incompleteFares: fc.constantFrom([], [{ mode: 'metro', lineId: null, fare: vnd(20) } as const]),
  freeDays: fc.constantFrom(
    [],
    [
      {
        nameVi: 'Ngày',
        nameEn: 'Day',
        fromDay: days[1]!,
        toDay: days[1]!,
        modes: ['bus' as const],
        lineIds: null,
      },
    ],
  ),
});

function vnd(amount: number): { amount: number; currency: string } {
  return { amount, currency: 'VND' };
}

export interface CityInForce extends TariffInForce {
  /** Nothing is transferred after longer than this; Infinity where a rule has no limit. */
  longestTransferSeconds: number;
}

export const citiesInForce: fc.Arbitrary<CityInForce> = fc
  .record({ city: cities, terms, alwaysLimited: fc.boolean() })
  .map(({ city, terms, alwaysLimited }) => {
    const transferRules = city.transferRules.filter(({ limit }) => limit !== null || !alwaysLimited);
    return compile({ ...city, transferRules }, terms);
  });

function compile(city: City, terms: Partial<FareExtension>): CityInForce {
  const read = readFeed(filesOf(city));
  if ('problems' in read) throw new Error(JSON.stringify(read.problems));
  const extension: FareExtension = {
    version: 1,
    passes: [],
    caps: [],
    incompleteFares: [],
    freeDays: [],
    riderCategories: [{ concession: 1, riderCategoryId: 'student' }],
    freeConcessions: [2],
    fareDistances: [],
    apportionment: [],
    ...terms,
  };
  const longestTransferSeconds = Math.max(0, ...city.transferRules.map(({ limit }) => limit ?? Infinity));
  return { tariffId: 'city', tariff: compileTariff(read.feed), terms: extension, longestTransferSeconds };
}

/** Fares are 0 to 20 here, so that caps of 0 to 60 are often reached. */
export const caps: fc.Arbitrary<FareCap[]> = capsOf('day', 'week', 'month').map((caps) =>
  caps.map((cap) => ({ ...cap, limit: vnd(Math.floor(cap.limit.amount / 1000)) })),
);

export { passesThatBegin };
