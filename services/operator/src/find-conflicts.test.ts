import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defaultLimits,
  metresBetween,
  secondsOffSlot,
  settleConflicts,
  type ConflictTap,
} from './find-conflicts.ts';

const slotMilliseconds = 15_000;
const start = Date.parse('2026-11-23T08:00:00+07:00');

/** Places on one meridian, one every 5 km. */
const place = (n: number) => ({ placeId: `p${n}`, latitude: 21 + n * 0.045, longitude: 105.8 });

function tap(
  tapId: string,
  seconds: number,
  change: Partial<ConflictTap> & { at?: number } = {},
): ConflictTap {
  const { at = 0, ...rest } = change;
  const atMilliseconds = start + seconds * 1000;
  return {
    tapId,
    atMilliseconds,
    gateId: `g${at}`,
    kind: 'entry',
    mode: 'metro',
    lineId: 'M',
    issuer: 1,
    concession: 0,
    slot: Math.floor(atMilliseconds / slotMilliseconds),
    ...place(at),
    validatorId: 'v',
    seq: seconds,
    ...rest,
  };
}
const settle = (...taps: ConflictTap[]) => settleConflicts(taps, defaultLimits);
const rules = (...taps: ConflictTap[]) =>
  settle(...taps).conflicts.flatMap(({ class: of, findings }) =>
    findings.map(({ rule, tapIds }) => [of, rule, ...tapIds]),
  );
const idsOf = (taps: readonly ConflictTap[]) => taps.map(({ tapId }) => tapId);

describe('a second try', () => {
  const first = tap('a', 0);
  const again = tap('b', 60, { continues: 'a' });

  it('stands for the first: no re-entry, and the other costs nothing', () => {
    const { standing, conflicts, falseMarks } = settle(first, again);
    expect([idsOf(standing), conflicts, falseMarks]).toEqual([['b'], [], []]);
    expect(rules(first, tap('b', 60))).toEqual([['reentry', 'same_place', 'a', 'b']]);
  });

  it('says nothing of a copy of the first code that opened another gate: somebody rode with it', () => {
    const copy = tap('c', 20, { at: 1, slot: first.slot });
    const { standing } = settle(first, again, copy);
    expect(idsOf(standing)).toEqual(['c', 'b']);
    expect(rules(first, again, copy)).toContainEqual(['copy', 'same_slot', 'c', 'a']);
  });

  it('is none where the mark is false', () => {
    const elsewhere = tap('b', 60, { at: 1, continues: 'a' });
    const { standing, falseMarks } = settle(first, elsewhere);
    expect(idsOf(standing)).toEqual(['a', 'b']);
    expect(falseMarks).toEqual([{ tapId: 'b', continues: 'a', validatorId: 'v', seq: 60 }]);
  });
});

describe('a copy', () => {
  const slot = Math.floor(start / slotMilliseconds);

  it('is one slot at several gates: the first counts, the others are evidence', () => {
    const taps = [tap('c', 20, { at: 2, slot }), tap('a', 3, { at: 0, slot }), tap('b', 9, { at: 1, slot })];
    const { standing, conflicts } = settle(...taps);
    expect(idsOf(standing)).toEqual(['a']);
    expect(conflicts).toMatchObject([
      {
        class: 'copy',
        grave: 2,
        firstAtMilliseconds: start + 3000,
        findings: [
          { rule: 'same_slot', tapIds: ['a', 'b'], metres: 5004, seconds: 6 },
          { rule: 'same_slot', tapIds: ['a', 'c'], metres: 10_008, seconds: 17 },
        ],
      },
    ]);
  });

  it('is no grave one at the same place: the first gate may not have opened', () => {
    const { standing, conflicts } = settle(tap('a', 0, { slot }), tap('b', 9, { slot, gateId: 'beside' }));
    expect(idsOf(standing)).toEqual(['a']);
    expect(conflicts).toMatchObject([{ class: 'copy', grave: 0, findings: [{ metres: 0 }] }]);
  });

  it('is not decided by a gate whose clock is off', () => {
    const early = tap('a', -3600, { at: 1, slot });
    expect(idsOf(settle(early, tap('b', 5, { slot })).standing)).toEqual(['b']);
  });

  it('is none where only the number of the slot is the same, of another issuer', () => {
    expect(rules(tap('a', 0), tap('b', 5, { issuer: 2, kind: 'exit' }))).toEqual([]);
  });
});

describe('a shared card', () => {
  it('is at two places sooner than anybody travels', () => {
    // 10 km less twice 500 m of tolerance are 9 km: 216 s at 150 km/h, less 60 s of clock tolerance.
    const exit = { kind: 'exit', at: 2 } as const;
    expect(rules(tap('a', 0), tap('b', 155, exit))).toEqual([['shared_card', 'too_fast', 'a', 'b']]);
    expect(rules(tap('a', 0), tap('b', 157, exit))).toEqual([]);
  });

  it('is not seen in a bus, whose gate has the place of its first stop', () => {
    expect(rules(tap('a', 0), tap('b', 30, { kind: 'board', mode: 'bus', at: 3 }))).toEqual([]);
  });

  it('is not found by a clock that is off', () => {
    const wrong = tap('b', 20, {
      kind: 'exit',
      at: 3,
      slot: Math.floor((start + 3600_000) / slotMilliseconds),
    });
    expect(rules(tap('a', 0), wrong)).toEqual([]);
  });
});

describe('a re-entry', () => {
  it('is not a tap-off of a bus, soon after another at the same stop', () => {
    const off = { kind: 'alight', mode: 'bus' } as const;
    expect(rules(tap('a', 0, off), tap('b', 120, off))).toEqual([]);
  });

  it('is an entry while inside, for as long as a ride may take', () => {
    const again = (seconds: number) => rules(tap('a', 0), tap('b', seconds, { at: 1 }));
    expect(again(7200)).toEqual([['reentry', 'while_inside', 'a', 'b']]);
    expect(again(7201)).toEqual([]);
  });

  it('is none after an exit elsewhere', () => {
    expect(rules(tap('a', 0), tap('b', 900, { kind: 'exit', at: 1 }), tap('c', 1000, { at: 1 }))).toEqual([]);
  });

  it('is the same station too soon, also after an exit there', () => {
    const exit = tap('x', 30, { kind: 'exit' });
    expect(rules(tap('a', 0), exit, tap('b', 300))).toEqual([['reentry', 'same_place', 'a', 'b']]);
    expect(rules(tap('a', 0), exit, tap('b', 301))).toEqual([]);
  });

  it('is the same vehicle too soon, but not for a group that boards together', () => {
    const board = { kind: 'board', mode: 'bus' } as const;
    expect(rules(tap('a', 0, board), tap('b', 60, board))).toEqual([]);
    expect(rules(tap('a', 0, board), tap('b', 90, board))).toEqual([['reentry', 'same_place', 'a', 'b']]);
    expect(rules(tap('a', 0, board), tap('b', 90, { ...board, gateId: 'other bus' }))).toEqual([]);
  });
});

it('measures along the great circle', () => {
  const equator = { latitude: 0, longitude: 100 };
  expect(metresBetween(equator, { latitude: 90, longitude: 12 })).toBeCloseTo((6_371_009 * Math.PI) / 2, 3);
  expect(metresBetween(equator, { latitude: 0, longitude: -80 })).toBeCloseTo(6_371_009 * Math.PI, 3);
  expect(metresBetween(equator, equator)).toBe(0);
});

it('says how far a moment is from its slot', () => {
  const slot = 100;
  const off = (seconds: number) => secondsOffSlot({ atMilliseconds: seconds * 1000, slot });
  expect([1499, 1500, 1514.9, 1515, 1516].map(off)).toEqual([-1, 0, 0, 0, 1]);
});

const someTaps = fc
  .uniqueArray(
    fc.record({
      tapId: fc.uuid(),
      seconds: fc.integer({ min: 0, max: 60 }).map((n) => n * 20),
      at: fc.integer({ min: 0, max: 3 }),
      kind: fc.constantFrom('entry' as const, 'exit' as const, 'board' as const),
      // Some show an older code, some gates are an hour off.
      slotsBack: fc.constantFrom(0, 0, 0, 1, 2, 240),
    }),
    { selector: ({ tapId }) => tapId, maxLength: 14 },
  )
  .map((plans) =>
    plans.map(({ tapId, seconds, at, kind, slotsBack }) => {
      const mode = kind === 'board' ? ('bus' as const) : ('metro' as const);
      const made = tap(tapId, seconds, { at, kind, mode });
      return { ...made, slot: made.slot - slotsBack };
    }),
  );

describe('conflicts of any taps', () => {
  it('do not depend on their order, nor on how often each arrived', () => {
    const arrivals = someTaps.chain((taps) =>
      fc.tuple(
        fc.constant(taps),
        fc.shuffledSubarray([...taps, ...taps], { minLength: taps.length, maxLength: taps.length * 2 }),
      ),
    );
    fc.assert(
      fc.property(arrivals, ([taps, arrived]) => {
        const all = [...arrived, ...taps.filter((one) => !arrived.includes(one))];
        expect(settle(...all)).toEqual(settle(...taps));
      }),
      { numRuns: 10_000 },
    );
  });

  it('leave exactly one tap of each slot, and name every other as a copy', () => {
    fc.assert(
      fc.property(someTaps, (taps) => {
        const { standing, conflicts } = settle(...taps);
        const slots = standing.map(({ slot }) => slot);
        expect(new Set(slots).size).toBe(slots.length);
        const copies = conflicts.find(({ class: of }) => of === 'copy')?.findings ?? [];
        const named = copies.map(({ tapIds }) => tapIds[1]);
        expect(new Set([...idsOf(standing), ...named])).toEqual(new Set(idsOf(taps)));
        expect(standing.length + named.length).toBe(taps.length);
      }),
      { numRuns: 2000 },
    );
  });
});
