import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longestTripMilliseconds, pairTaps, type PairingTap } from './pair-taps.ts';

const minute = 60_000;
const tap = (tapId: string, kind: PairingTap['kind'], atMinutes: number): PairingTap => ({
  tapId,
  kind,
  atMilliseconds: atMinutes * minute,
  gateId: `gate-of-${tapId}`,
  mode: kind === 'board' ? 'bus' : 'metro',
  lineId: 'L',
  placeId: 'P',
  issuer: 1,
  concession: 0,
});
const outline = (taps: PairingTap[], nowMinutes: number) =>
  pairTaps(taps, nowMinutes * minute).map(({ tripId, state, exit }) => [tripId, state, exit?.tapId ?? null]);

describe('pairing', () => {
  it('makes a trip of an entry and the exit after it', () => {
    expect(outline([tap('a', 'entry', 0), tap('b', 'exit', 20)], 30)).toEqual([['a', 'complete', 'b']]);
  });

  it('makes a trip of a bus boarding, also in the middle of a metro trip', () => {
    const taps = [tap('a', 'entry', 0), tap('b', 'board', 5), tap('c', 'exit', 20)];
    expect(outline(taps, 30)).toEqual([
      ['a', 'complete', 'c'],
      ['b', 'complete', null],
    ]);
  });

  it('keeps an entry open for as long as an exit may come', () => {
    expect(outline([tap('a', 'entry', 0)], 240)).toEqual([['a', 'open', null]]);
    expect(outline([tap('a', 'entry', 0)], 241)).toEqual([['a', 'missing_exit', null]]);
  });

  it('gives an entry up for the next one', () => {
    const taps = [tap('a', 'entry', 0), tap('b', 'entry', 10), tap('c', 'exit', 20)];
    expect(outline(taps, 30)).toEqual([
      ['a', 'missing_exit', null],
      ['b', 'complete', 'c'],
    ]);
  });

  it('does not pair an exit with an entry that is too old, and not twice', () => {
    expect(outline([tap('a', 'entry', 0), tap('b', 'exit', 241)], 300)).toEqual([
      ['a', 'missing_exit', null],
      ['b', 'missing_entry', 'b'],
    ]);
    expect(outline([tap('a', 'entry', 0), tap('b', 'exit', 5), tap('c', 'exit', 6)], 30)).toEqual([
      ['a', 'complete', 'b'],
      ['c', 'missing_entry', 'c'],
    ]);
  });

  it('pairs within a mode only', () => {
    const tram = { ...tap('b', 'exit', 5), mode: 'bus' as const };
    expect(outline([tap('a', 'entry', 0), tram], 30)).toEqual([
      ['a', 'open', null],
      ['b', 'missing_entry', 'b'],
    ]);
  });
});

const someTaps = fc
  .uniqueArray(
    fc.record({
      tapId: fc.uuid(),
      kind: fc.constantFrom('entry' as const, 'exit' as const, 'board' as const),
      // Few different times, so that many are equal.
      atMinutes: fc.integer({ min: 0, max: 40 }).map((n) => n * 15),
    }),
    { selector: ({ tapId }) => tapId, maxLength: 12 },
  )
  .map((plans) => plans.map(({ tapId, kind, atMinutes }) => tap(tapId, kind, atMinutes)));

describe('pairing of any taps', () => {
  it('does not depend on their order, nor on how often each arrived', () => {
    const arrivals = someTaps.chain((taps) =>
      fc.tuple(fc.constant(taps), fc.shuffledSubarray([...taps, ...taps], { minLength: taps.length })),
    );
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 0, max: 1000 }), ([taps, some], nowMinutes) => {
        const arrived = [...some, ...taps];
        expect(pairTaps(arrived, nowMinutes * minute)).toEqual(pairTaps(taps, nowMinutes * minute));
      }),
    );
  });

  it('puts each tap into exactly one trip, named after its first tap', () => {
    fc.assert(
      fc.property(someTaps, (taps) => {
        const trips = pairTaps(taps, 0);
        const used = trips.flatMap(({ entry, exit }) => [entry, exit].filter((end) => end !== null));
        expect(used.map(({ tapId }) => tapId).sort()).toEqual(taps.map(({ tapId }) => tapId).sort());
        for (const trip of trips) expect(trip.tripId).toBe((trip.entry ?? trip.exit)?.tapId);
      }),
    );
  });

  it('never lets a trip run backwards or too long', () => {
    fc.assert(
      fc.property(someTaps, (taps) => {
        for (const { entry, exit } of pairTaps(taps, 0)) {
          if (!entry || !exit) continue;
          const length = exit.atMilliseconds - entry.atMilliseconds;
          expect(length).toBeGreaterThanOrEqual(0);
          expect(length).toBeLessThanOrEqual(longestTripMilliseconds);
        }
      }),
    );
  });
});
