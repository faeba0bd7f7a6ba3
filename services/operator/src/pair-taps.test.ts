import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  longestTripMilliseconds,
  pairTaps,
  type PairingEvidence,
  type PairingTap,
  type TripDecision,
} from './pair-taps.ts';

const minute = 60_000;
const tap = (tapId: string, kind: PairingTap['kind'], atMinutes: number): PairingTap => ({
  tapId,
  kind,
  atMilliseconds: atMinutes * minute,
  gateId: `gate-of-${tapId}`,
  mode: kind === 'board' || kind === 'alight' ? 'bus' : 'metro',
  lineId: 'L',
  placeId: 'P',
  issuer: 1,
  concession: 0,
});
/** On a bus line with tap-off. */
const busTap = (tapId: string, kind: 'board' | 'alight', atMinutes: number, lineId = 'B'): PairingTap => ({
  ...tap(tapId, kind, atMinutes),
  lineId,
  tapPolicy: 'tap_on_off',
});
/** Line L serves P and Q, line B serves Q and R; station Q2 is a short walk from Q. */
const served: Record<string, string[]> = { L: ['P', 'Q'], B: ['Q', 'R'] };
const findPlaceNear = (lineId: string, placeId: string): string | null => {
  const near = placeId === 'Q2' ? 'Q' : placeId;
  return served[lineId]?.includes(near) ? near : null;
};
const decided = (decisions: Record<string, TripDecision> = {}): PairingEvidence => ({
  findPlaceNear,
  decisions: new Map(Object.entries(decisions)),
});
const outline = (taps: PairingTap[], nowMinutes: number, evidence?: PairingEvidence) =>
  pairTaps(taps, nowMinutes * minute, evidence).map(({ tripId, state, exit }) => [
    tripId,
    state,
    exit?.tapId ?? null,
  ]);

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

describe('a bus line with tap-off', () => {
  it('makes a trip of boarding and tap-off', () => {
    expect(outline([busTap('a', 'board', 0), busTap('b', 'alight', 20)], 30)).toEqual([
      ['a', 'complete', 'b'],
    ]);
  });

  it('keeps the boarding open, then gives it up', () => {
    expect(outline([busTap('a', 'board', 0)], 240)).toEqual([['a', 'open', null]]);
    expect(outline([busTap('a', 'board', 0)], 241)).toEqual([['a', 'missing_exit', null]]);
  });

  it('does not pair a tap-off with another line, nor one without a boarding', () => {
    expect(outline([busTap('a', 'board', 0), busTap('b', 'alight', 20, 'C')], 30)).toEqual([
      ['a', 'missing_exit', null],
      ['b', 'missing_entry', 'b'],
    ]);
    expect(outline([busTap('b', 'alight', 20)], 30)).toEqual([['b', 'missing_entry', 'b']]);
  });

  it('leaves a bus with tap-on only alone, before and in the middle', () => {
    expect(outline([busTap('a', 'board', 0), tap('b', 'board', 5), busTap('c', 'alight', 20)], 30)).toEqual([
      ['a', 'complete', 'c'],
      ['b', 'complete', null],
    ]);
  });

  it('hears nothing from a tap-off where nobody taps off', () => {
    expect(outline([tap('a', 'board', 0), tap('b', 'alight', 5)], 30)).toEqual([['a', 'complete', null]]);
  });

  it('and a metro ride do not close each other', () => {
    const taps = [
      tap('a', 'entry', 0),
      busTap('b', 'board', 5),
      tap('c', 'exit', 20),
      busTap('d', 'alight', 25),
    ];
    expect(outline(taps, 30)).toEqual([
      ['a', 'complete', 'c'],
      ['b', 'complete', 'd'],
    ]);
  });
});

describe('a missing exit', () => {
  const at = (one: PairingTap, placeId: string): PairingTap => ({ ...one, placeId });
  const entry = tap('a', 'entry', 0);
  const infer = (...next: PairingTap[]) => {
    const { state, exit, inferredFrom } = pairTaps([entry, ...next], 600 * minute, decided())[0]!;
    return [state, exit?.placeId, inferredFrom];
  };

  it('is where the next ride begins, where the line goes there', () => {
    expect(infer(at(tap('b', 'entry', 30), 'Q'))).toEqual(['complete', 'Q', 'b']);
    expect(infer(at(busTap('b', 'board', 30), 'Q2'))).toEqual(['complete', 'Q', 'b']);
    const [trip] = pairTaps([entry, at(tap('b', 'entry', 30), 'Q')], 40 * minute, decided());
    expect(trip?.exit).toMatchObject({
      source: 'inferred',
      tapId: null,
      gateId: null,
      lineId: 'L',
      atMilliseconds: 30 * minute,
    });
  });

  it.each([
    ['the line does not go there', at(tap('b', 'entry', 30), 'R')],
    ['the ride began there', at(tap('b', 'entry', 30), 'P')],
    ['it is too late', at(tap('b', 'entry', 241), 'Q')],
    ['a bus with tap-on only stands anywhere', at(tap('b', 'board', 30), 'Q')],
    ['it ends a ride', at(busTap('b', 'alight', 30), 'Q')],
  ])('is not inferred where %s', (_, next) => {
    expect(infer(next)).toEqual(['missing_exit', undefined, undefined]);
  });

  it('is not inferred from the tap after the next', () => {
    expect(infer(at(tap('b', 'board', 20), 'Q'), at(tap('c', 'entry', 30), 'Q'))).toEqual([
      'missing_exit',
      undefined,
      undefined,
    ]);
  });

  it('that arrives late takes the place of what was inferred', () => {
    const next = at(tap('b', 'entry', 30), 'Q');
    expect(outline([entry, next, tap('c', 'exit', 20)], 600, decided())).toEqual([
      ['a', 'complete', 'c'],
      ['b', 'missing_exit', null],
    ]);
  });
});

describe('what staff decide', () => {
  const entry = tap('a', 'entry', 0);
  const toQ = { a: { kind: 'complete', placeId: 'Q' } } as const;

  it('fills the missing end of a trip, also of one that is open', () => {
    for (const now of [30, 600]) {
      const [trip] = pairTaps([entry], now * minute, decided(toQ));
      expect(trip).toMatchObject({
        state: 'complete',
        exit: { placeId: 'Q', source: 'correction', tapId: null },
      });
    }
    const [trip] = pairTaps([tap('a', 'exit', 0)], 600 * minute, decided(toQ));
    expect(trip).toMatchObject({
      state: 'complete',
      entry: { placeId: 'Q', source: 'correction' },
      exit: { tapId: 'a' },
    });
  });

  it('is better than what was inferred, and worse than a tap', () => {
    const next = { ...tap('b', 'entry', 30), placeId: 'Q' };
    const toR = { a: { kind: 'complete', placeId: 'R' } } as const;
    const [corrected] = pairTaps([entry, next], 600 * minute, decided(toR));
    expect(corrected).toMatchObject({ exit: { placeId: 'R', source: 'correction' } });
    expect(corrected).not.toHaveProperty('inferredFrom');
    const [tapped] = pairTaps([entry, next, tap('c', 'exit', 20)], 600 * minute, decided(toR));
    expect(tapped?.exit?.tapId).toBe('c');
    expect(tapped?.exit).not.toHaveProperty('source');
  });

  it('waives a trip whatever becomes of its taps', () => {
    const waived = decided({ a: { kind: 'waive' } });
    expect(pairTaps([entry], 600 * minute, waived)).toMatchObject([
      { state: 'missing_exit', isWaived: true },
    ]);
    expect(pairTaps([entry, tap('b', 'exit', 9)], 600 * minute, waived)).toMatchObject([
      { state: 'complete', isWaived: true },
    ]);
  });

  it('adds no end to a boarding that is a whole trip, and speaks of no trip that is gone', () => {
    expect(outline([tap('a', 'board', 0)], 30, decided(toQ))).toEqual([['a', 'complete', null]]);
    expect(outline([tap('b', 'board', 0)], 30, decided(toQ))).toEqual([['b', 'complete', null]]);
  });
});

it('two cards on one phone are two riders', () => {
  // Each card is paired by itself: the taps of one never close the trips of the other.
  const [mine, theirs] = [[tap('a', 'entry', 0)], [tap('b', 'entry', 0), tap('c', 'exit', 20)]];
  expect(outline(mine, 30)).toEqual([['a', 'open', null]]);
  expect(outline(theirs, 30)).toEqual([['b', 'complete', 'c']]);
});

const someTaps = fc
  .uniqueArray(
    fc.record({
      tapId: fc.uuid(),
      kind: fc.constantFrom('entry' as const, 'exit' as const, 'board' as const, 'alight' as const),
      lineId: fc.constantFrom('L', 'B', 'C'),
      placeId: fc.constantFrom('P', 'Q', 'Q2', 'R'),
      tapPolicy: fc.constantFrom('tap_on' as const, 'tap_on_off' as const),
      // Few different times, so that many are equal.
      atMinutes: fc.integer({ min: 0, max: 40 }).map((n) => n * 15),
    }),
    { selector: ({ tapId }) => tapId, maxLength: 12 },
  )
  .map((plans) =>
    plans.map(({ tapId, kind, atMinutes, ...where }) => ({ ...tap(tapId, kind, atMinutes), ...where })),
  );

/** Decisions about some of the taps' trips, where there are such. */
const someEvidence = (taps: PairingTap[]): fc.Arbitrary<PairingEvidence> =>
  fc
    .dictionary(
      fc.constantFrom('', ...taps.map(({ tapId }) => tapId)),
      fc.constantFrom<TripDecision>({ kind: 'waive' }, { kind: 'complete', placeId: 'Q' }),
    )
    .map(decided);

describe('pairing of any taps', () => {
  it('does not depend on their order, nor on how often each arrived', () => {
    const arrivals = someTaps.chain((taps) =>
      fc.tuple(
        fc.constant(taps),
        fc.shuffledSubarray([...taps, ...taps], { minLength: taps.length }),
        someEvidence(taps),
      ),
    );
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 0, max: 1000 }), ([taps, some, evidence], nowMinutes) => {
        const arrived = [...some, ...taps];
        expect(pairTaps(arrived, nowMinutes * minute, evidence)).toEqual(
          pairTaps(taps, nowMinutes * minute, evidence),
        );
      }),
    );
  });

  it('puts each tap that says something into exactly one trip, named after its first tap', () => {
    fc.assert(
      fc.property(
        someTaps.chain((taps) => fc.tuple(fc.constant(taps), someEvidence(taps))),
        ([taps, evidence]) => {
          const trips = pairTaps(taps, 0, evidence);
          const used = trips
            .flatMap(({ entry, exit }) => [entry?.tapId, exit?.tapId])
            .filter((id) => id != null);
          const telling = taps.filter(
            ({ kind, tapPolicy }) => kind !== 'alight' || tapPolicy === 'tap_on_off',
          );
          expect(used.sort()).toEqual(telling.map(({ tapId }) => tapId).sort());
          for (const { tripId, entry, exit } of trips) expect([entry?.tapId, exit?.tapId]).toContain(tripId);
        },
      ),
    );
  });

  it('never lets a trip run backwards or too long', () => {
    fc.assert(
      fc.property(
        someTaps.chain((taps) => fc.tuple(fc.constant(taps), someEvidence(taps))),
        ([taps, evidence]) => {
          for (const { entry, exit } of pairTaps(taps, 0, evidence)) {
            if (!entry || !exit) continue;
            const length = exit.atMilliseconds - entry.atMilliseconds;
            expect(length).toBeGreaterThanOrEqual(0);
            expect(length).toBeLessThanOrEqual(longestTripMilliseconds);
          }
        },
      ),
    );
  });

  it('infers only ends that nobody tapped, and only from taps of the card', () => {
    fc.assert(
      fc.property(someTaps, (taps) => {
        for (const trip of pairTaps(taps, 0, decided())) {
          expect(trip.inferredFrom !== undefined).toBe(trip.exit?.source === 'inferred');
          if (trip.inferredFrom === undefined) continue;
          expect(taps.map(({ tapId }) => tapId)).toContain(trip.inferredFrom);
          expect(trip.exit?.placeId).not.toBe(trip.entry?.placeId);
        }
      }),
    );
  });
});
