/** F14, the pure part: journals delivered in any pieces, repeated and late, end in the same trips and conflicts. */
import { chainStart } from '@vedong/runtime/journal-chain';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { defaultLimits, settleConflicts, type ConflictTap } from './find-conflicts.ts';
import { pairTaps } from './pair-taps.ts';
import { chainOf, placeBatch, type JournalPosition } from './place-batch.ts';

const start = Date.parse('2026-11-23T06:00:00+07:00');
const later = start + 12 * 3600_000;
const validators = 3;

/** A card's taps, each in the journal of one validator. */
const journals = fc
  .uniqueArray(
    fc.record({
      tapId: fc.uuid(),
      validator: fc.nat(validators - 1),
      minute: fc.nat(200),
      kind: fc.constantFrom('entry' as const, 'exit' as const, 'board' as const),
      slot: fc.option(fc.nat(3), { nil: null }),
      isSecondTry: fc.boolean(),
    }),
    { selector: ({ tapId }) => tapId, maxLength: 9 },
  )
  .map((plans) => {
    const taps = plans.map(({ tapId, validator, minute, kind, slot, isSecondTry }, seq) => {
      const before = plans.slice(0, seq).findLast((plan) => plan.validator === validator);
      const atMilliseconds = start + minute * 60_000;
      const tap: ConflictTap = {
        tapId,
        atMilliseconds,
        gateId: `${kind} ${validator}`,
        kind,
        mode: kind === 'board' ? 'bus' : 'metro',
        lineId: 'L',
        placeId: `p${validator}`,
        issuer: 1,
        concession: 0,
        slot: Math.floor((slot === null ? atMilliseconds : start + slot * 15_000) / 15_000),
        latitude: 21 + validator * 0.05,
        longitude: 105.8,
        validatorId: `v${validator}`,
        seq,
        continues: isSecondTry && before ? before.tapId : null,
      };
      return { validator, tap };
    });
    return Array.from({ length: validators }, (_, index) =>
      taps.filter(({ validator }) => validator === index).map(({ tap }) => tap),
    );
  });

const sends = fc.array(
  fc.record({
    validator: fc.nat(validators - 1),
    first: fc.integer({ min: 1, max: 9 }),
    length: fc.integer({ min: 1, max: 5 }),
  }),
  { maxLength: 16 },
);

/** What the operator holds after these sends and, in the end, the whole journals. */
function receive(
  written: readonly ConflictTap[][],
  plan: readonly { validator: number; first: number; length: number }[],
) {
  const chains = written.map((taps) =>
    chainOf(
      chainStart,
      taps.map(({ tapId }) => tapId),
    ),
  );
  const positions: JournalPosition[] = written.map(() => ({ lastSeq: 0, lastHash: chainStart }));
  const held: ConflictTap[] = [];
  const whole = written.map((taps, validator) => ({ validator, first: 1, length: taps.length }));
  for (const { validator, first, length } of [...plan, ...whole]) {
    const taps = written[validator]!.slice(first - 1, first - 1 + length);
    if (taps.length === 0) continue;
    const previousHash = chains[validator]![first - 2] ?? chainStart;
    const chain = chainOf(
      previousHash,
      taps.map(({ tapId }) => tapId),
    );
    const placement = placeBatch(positions[validator]!, { firstSeq: first, previousHash }, chain);
    expect(placement.kind).not.toBe('broken');
    if (placement.kind !== 'continues') continue;
    held.push(...taps.slice(placement.known));
    positions[validator] = { lastSeq: first + taps.length - 1, lastHash: chain.at(-1)! };
  }
  return held;
}

function stateOf(taps: readonly ConflictTap[]) {
  const { standing, conflicts } = settleConflicts(taps, defaultLimits);
  return { conflicts, trips: pairTaps(standing, later) };
}

it('ends in the same trips and conflicts, whatever was sent when', () => {
  fc.assert(
    fc.property(journals, sends, (written, plan) => {
      const held = receive(written, plan);
      expect(held).toHaveLength(written.flat().length);
      expect(stateOf(held)).toEqual(stateOf(written.flat()));
    }),
    { numRuns: 10_000 },
  );
});
