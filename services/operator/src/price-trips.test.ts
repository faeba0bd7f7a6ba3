import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairTaps, type PairingTap } from './pair-taps.ts';
import { mostRidesInARow, priceTrips, type TariffInForce } from './price-trips.ts';
import { readTariff } from './read-tariff.ts';
import { smallTariff } from '../tests/small-tariff.ts';

const read = readTariff(smallTariff());
if ('problems' in read) throw new Error(JSON.stringify(read.problems));
const now: TariffInForce = { tariffId: 'new', tariff: read.tariff, terms: read.terms };
const before: TariffInForce = { ...now, tariffId: 'old' };

const start = Date.parse('2026-11-23T07:00:00+07:00');
function tap(tapId: string, gate: string, atMinutes: number, concession = 0): PairingTap {
  const [place = '', way = ''] = gate.split(' ');
  const isBus = way === '';
  return {
    tapId,
    atMilliseconds: start + atMinutes * 60_000,
    gateId: gate,
    kind: isBus ? 'board' : way === 'in' ? 'entry' : 'exit',
    mode: isBus ? 'bus' : 'metro',
    lineId: isBus ? '32' : 'M',
    placeId: place,
    issuer: 1,
    concession,
  };
}
const endOfDay = start + 20 * 3600_000;
const price = (taps: PairingTap[], inForce: TariffInForce | null = now, day = '2026-11-23', at = endOfDay) =>
  priceTrips(pairTaps(taps, at), () => ({ day, inForce }));
const fares = (...input: Parameters<typeof price>) =>
  Object.fromEntries(
    [...price(...input)].map(([id, { fare, pricing }]) => [
      id,
      [fare?.amount ?? null, pricing?.basis ?? null],
    ]),
  );

describe('the price of a trip', () => {
  it('is that of its two stations on the metro, and of its line on a bus', () => {
    const taps = [tap('a', 'p1 in', 0), tap('b', 'p3 out', 20), tap('c', 'p1', 300)];
    expect(fares(taps)).toEqual({ a: [12_000, 'tariff'], c: [7000, 'tariff'] });
    expect(price(taps).get('a')).toMatchObject({
      fare: { amount: 12_000, currency: 'VND' },
      distanceMetres: 2400,
      pricing: { tariffId: 'new', faceValue: { amount: 12_000 }, steps: [{ kind: 'leg', tripIds: ['a'] }] },
    });
    expect(price(taps).get('c')?.distanceMetres).toBeNull();
  });

  it('gives a transfer to the later trip, and its steps add up to it', () => {
    const taps = [tap('a', 'p1 in', 0), tap('b', 'p3 out', 20), tap('c', 'p1', 30)];
    expect(fares(taps)).toEqual({ a: [12_000, 'tariff'], c: [5000, 'tariff'] });
    const steps = price(taps).get('c')?.pricing?.steps ?? [];
    expect(steps).toMatchObject([
      { kind: 'transfer', tripIds: ['a', 'c'], amount: -2000 },
      { kind: 'leg', tripIds: ['c'], amount: 7000 },
    ]);
  });

  it('carries a discount greater than a fare back to the trip before', () => {
    const taps = [tap('a', 'p1', 0), tap('b', 'p1 in', 5, 0), tap('c', 'p2 out', 10, 0)];
    expect(fares(taps)).toEqual({ a: [6000, 'tariff'], b: [0, 'tariff'] });
    for (const { pricing } of price(taps).values()) {
      const sum = pricing?.steps.reduce((total, { amount }) => total + Number(amount), 0);
      expect(sum).toBe(pricing?.faceValue?.amount);
    }
  });

  it('is the maximum where an end is missing, and unknown where the tariff names none', () => {
    expect(fares([tap('a', 'p1 in', 0)])).toEqual({ a: [20_000, 'incomplete'] });
    expect(fares([tap('a', 'p1 out', 0)])).toEqual({ a: [20_000, 'incomplete'] });
    const bare = { ...now, terms: { ...now.terms, incompleteFares: [] } };
    expect(fares([tap('a', 'p1 in', 0)], bare)).toEqual({ a: [null, 'unknown'] });
  });

  it('is that of a changed mind for in and out at one station soon after, and no part of a journey', () => {
    const fare = { amount: 500, currency: 'VND' };
    const terms = {
      ...now.terms,
      sameStationExits: [{ mode: 'metro', lineId: null, withinMinutes: 10, fare } as const],
    };
    const withRule = { ...now, terms };
    const outAfter = (minutes: number) => [tap('a', 'p1 in', 0), tap('b', 'p1 out', minutes)];
    expect(fares(outAfter(10), withRule)).toEqual({ a: [500, 'tariff'] });
    expect(price(outAfter(10), withRule).get('a')?.pricing?.steps).toEqual([
      { kind: 'same_station', withinMinutes: 10, amount: 500 },
    ]);
    expect(fares(outAfter(11), withRule)).toEqual({ a: [20_000, 'incomplete'] });
    // The bus after it pays in full: a changed mind gives no transfer.
    expect(fares([...outAfter(5), tap('c', 'p1', 8)], withRule)).toEqual({
      a: [500, 'tariff'],
      c: [7000, 'tariff'],
    });
  });

  it('is the maximum, once, for a ride longer than any on its line', () => {
    const limit = (minutes: number) => ({ mode: 'metro', lineId: 'M', minutes }) as const;
    const withLimit = { ...now, terms: { ...now.terms, longestTrips: [limit(90)] } };
    const ride = (minutes: number) => [tap('a', 'p1 in', 0), tap('b', 'p3 out', minutes)];
    expect(fares(ride(90), withLimit)).toEqual({ a: [12_000, 'tariff'] });
    expect(fares(ride(91), withLimit)).toEqual({ a: [20_000, 'incomplete'] });
    expect(price(ride(91), withLimit).get('a')?.pricing?.steps).toEqual([
      { kind: 'too_long', longestMinutes: 90 },
    ]);
  });

  it('is nothing where staff waived the trip, which says what it would have been', () => {
    const priced = priceTrips(
      pairTaps([tap('a', 'p1 in', 0), tap('b', 'p1 in', 300), tap('c', 'p3 out', 320)], endOfDay, {
        findPlaceNear: () => null,
        decisions: new Map([
          ['a', { kind: 'waive' }],
          ['b', { kind: 'waive' }],
        ]),
      }),
      () => ({ day: '2026-11-23', inForce: now }),
    );
    expect(priced.get('a')).toMatchObject({
      fare: { amount: 0 },
      pricing: { basis: 'waived', faceValue: { amount: 20_000 }, steps: [{ kind: 'waived' }] },
    });
    expect(priced.get('b')).toMatchObject({
      fare: { amount: 0 },
      pricing: {
        basis: 'waived',
        faceValue: { amount: 12_000 },
        steps: [{ kind: 'leg' }, { kind: 'waived' }],
      },
    });
  });

  it('is that of the places where an end was inferred or corrected, however long the next tap took', () => {
    const taps = [tap('a', 'p1 in', 0), tap('b', 'p3 in', 200)];
    const withLimit = {
      ...now,
      terms: { ...now.terms, longestTrips: [{ mode: 'metro', lineId: null, minutes: 90 } as const] },
    };
    const evidence = { findPlaceNear: (_: string, placeId: string) => placeId, decisions: new Map() };
    const moment = () => ({ day: '2026-11-23', inForce: withLimit });
    const priced = priceTrips(pairTaps(taps, endOfDay, evidence), moment);
    expect(priced.get('a')).toMatchObject({ fare: { amount: 12_000 }, pricing: { basis: 'tariff' } });
  });

  it('is the maximum for in and out at one station, as the feed has no price for it', () => {
    expect(fares([tap('a', 'p1 in', 0), tap('b', 'p1 out', 3)])).toEqual({ a: [20_000, 'incomplete'] });
  });

  it('is 0 on a free day, and tells what it would have been', () => {
    const taps = [tap('a', 'p1 in', 0), tap('b', 'p3 out', 20)];
    expect(price(taps, now, '2026-09-02').get('a')).toMatchObject({
      fare: { amount: 0, currency: 'VND' },
      pricing: { basis: 'free_day', faceValue: { amount: 12_000 } },
    });
  });

  it('is that of the rider’s concession', () => {
    expect(fares([tap('a', 'p1', 0, 1)])).toEqual({ a: [3500, 'tariff'] });
  });

  it('is unknown at a place the tariff does not know, and the other trips keep theirs', () => {
    const taps = [
      tap('a', 'p1 in', 0),
      tap('b', 'p3 out', 20),
      tap('x', 'nowhere in', 22),
      tap('y', 'p2 out', 25),
      tap('c', 'p1', 30),
    ];
    expect(fares(taps)).toEqual({ a: [12_000, 'tariff'], x: [null, 'unknown'], c: [5000, 'tariff'] });
    expect(price(taps).get('x')?.pricing?.steps).toMatchObject([{ kind: 'unknown', reason: 'unknown_stop' }]);
  });

  it('is not there while the trip is open, nor without a tariff', () => {
    expect(fares([tap('a', 'p1 in', 0)], now, '2026-11-23', start)).toEqual({ a: [null, null] });
    expect(fares([tap('a', 'p1', 0)], null)).toEqual({ a: [null, null] });
  });

  it('is each by the tariff of its own moment; no transfer leads from one tariff to another', () => {
    const taps = [tap('a', 'p1 in', 0), tap('b', 'p3 out', 20), tap('c', 'p1', 30)];
    const priced = priceTrips(pairTaps(taps, endOfDay), ({ tripId }) => ({
      day: '2026-11-23',
      inForce: tripId === 'a' ? before : now,
    }));
    expect([...priced.values()].map(({ fare, pricing }) => [fare?.amount, pricing?.tariffId])).toEqual([
      [12_000, 'old'],
      [7000, 'new'],
    ]);
  });

  it('does not hang on how many trips came before: a tap more moves no border between journeys', () => {
    const rides = Array.from({ length: 40 }, (_, index) => [
      tap(`m${index + 10}`, 'p1 in', 30 + index * 30),
      tap(`n${index + 10}`, 'p2 out', 40 + index * 30),
      tap(`o${index + 10}`, 'p1', 50 + index * 30),
    ]).flat();
    const later = price(rides, now, '2026-11-23', endOfDay);
    const withEarly = price([tap('early', 'p1', -600), ...rides], now, '2026-11-23', endOfDay);
    withEarly.delete('early');
    const [first, ...others] = [...later.keys()];
    expect(others.map((id) => withEarly.get(id))).toEqual(others.map((id) => later.get(id)));
    expect(withEarly.get(first!)?.fare).toEqual(later.get(first!)?.fare);
  });

  it('of more rides than anybody makes in a day is cut by the clock, wherever the row begins', () => {
    const rides = Array.from({ length: mostRidesInARow + 1 }, (_, index) => [
      tap(`m${index + 100}`, 'p1 in', index * 6),
      tap(`n${index + 100}`, 'p2 out', index * 6 + 2),
      tap(`o${index + 100}`, 'p1', index * 6 + 4),
    ]).flat();
    const kindsOf = (taps: PairingTap[]) =>
      new Map([...price(taps)].map(([id, { pricing }]) => [id, pricing?.steps.map(({ kind }) => kind)]));
    const all = kindsOf(rides);
    expect(all.get('m101')).toContain('transfer'); // 07:06
    expect(all.get('m105')).toEqual(['leg']); // 07:30
    const fewer = kindsOf(rides.slice(15));
    expect([...fewer].slice(2)).toEqual([...all].slice(12));
  });

  it('of a part that is worth less than nothing is that of each of its trips alone', () => {
    const read = readTariff(
      smallTariff({
        'fare_transfer_rules.txt':
          'from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,fare_transfer_type,fare_product_id\n' +
          'metro,metro,-1,3600,1,0,off\n',
      }),
    );
    if ('problems' in read) throw new Error(JSON.stringify(read.problems));
    const taps = [tap('a', 'p1 in', 0), tap('b', 'p2 out', 5), tap('c', 'p2 in', 10), tap('d', 'p1 out', 15)];
    const apart = [tap('z', 'p1', -300), ...taps];
    expect(fares(apart, { ...now, tariff: read.tariff })).toEqual({
      z: [7000, 'tariff'],
      a: [1000, 'tariff'],
      c: [1000, 'tariff'],
    });
  });
});

const gates = ['p1 in', 'p2 in', 'p3 in', 'p1 out', 'p2 out', 'p3 out', 'p1', 'p2', 'nowhere in'];
const someTaps = fc
  .uniqueArray(
    fc.record({
      tapId: fc.uuid(),
      gate: fc.constantFrom(...gates),
      atMinutes: fc.integer({ min: 0, max: 80 }).map((n) => n * 10),
      concession: fc.constantFrom(0, 0, 1),
    }),
    { selector: ({ tapId }) => tapId, maxLength: 12 },
  )
  .map((plans) => plans.map((plan) => tap(plan.tapId, plan.gate, plan.atMinutes, plan.concession)));

describe('prices of any taps', () => {
  it('do not depend on the order of the taps, nor on how often each arrived', () => {
    const arrivals = someTaps.chain((taps) =>
      fc.tuple(fc.constant(taps), fc.shuffledSubarray([...taps, ...taps], { minLength: taps.length })),
    );
    fc.assert(
      fc.property(arrivals, ([taps, some]) => {
        expect(price([...some, ...taps])).toEqual(price(taps));
      }),
      { numRuns: 500 },
    );
  });

  it('are one a trip, never below 0, and their steps add up to what the tariff asks', () => {
    fc.assert(
      fc.property(someTaps, (taps) => {
        const trips = pairTaps(taps, endOfDay);
        const prices = priceTrips(trips, () => ({ day: '2026-11-23', inForce: now }));
        expect([...prices.keys()].sort()).toEqual(trips.map(({ tripId }) => tripId).sort());
        for (const { fare, pricing } of prices.values()) {
          expect(fare?.amount ?? 0).toBeGreaterThanOrEqual(0);
          if (pricing?.basis !== 'tariff') continue;
          const sum = pricing.steps.reduce((total, { amount }) => total + Number(amount), 0);
          expect(sum).toBe(pricing.faceValue?.amount);
        }
      }),
      { numRuns: 500 },
    );
  });
});
