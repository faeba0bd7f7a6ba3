import { chainStart } from '@vedong/runtime/journal-chain';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chainOf, placeBatch, type JournalPosition } from './place-batch.ts';

const records = ['one', 'two', 'three', 'four', 'five', 'six'];
const chain = chainOf(chainStart, records);
/** The journal after `seq` records. */
const positionAt = (seq: number): JournalPosition => ({
  lastSeq: seq,
  lastHash: chain[seq - 1] ?? chainStart,
});
const place = (kept: number, firstSeq: number, texts: string[]) => {
  const previousHash = chain[firstSeq - 2] ?? chainStart;
  return placeBatch(positionAt(kept), { firstSeq, previousHash }, chainOf(previousHash, texts));
};

it('takes the start, the continuation and an overlap', () => {
  expect(place(0, 1, ['one', 'two'])).toEqual({ kind: 'continues', known: 0 });
  expect(place(2, 3, ['three'])).toEqual({ kind: 'continues', known: 0 });
  expect(place(2, 1, ['one', 'two', 'three'])).toEqual({ kind: 'continues', known: 2 });
  expect(place(2, 1, ['one', 'two'])).toEqual({ kind: 'continues', known: 2 });
  expect(place(3, 1, ['one', 'two'])).toEqual({ kind: 'old' });
});

it('refuses a hole in the numbers and any change of what was kept', () => {
  expect(place(2, 4, ['four'])).toEqual({ kind: 'gap' });
  expect(place(2, 1, ['one', 'zwei', 'three'])).toEqual({ kind: 'broken' });
  expect(placeBatch(positionAt(2), { firstSeq: 3, previousHash: chainStart }, ['x'])).toEqual({
    kind: 'broken',
  });
});

it('reaches the end of the journal from any split, with any repetition', () => {
  const spans = fc.array(
    fc
      .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
      .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(spans, (sent) => {
      let kept = 0;
      for (const [first, last] of [...sent, [1, 6] as const]) {
        const placement = place(kept, first, records.slice(first - 1, last));
        expect(placement.kind).toBe(first > kept + 1 ? 'gap' : last < kept ? 'old' : 'continues');
        if (placement.kind === 'continues') kept = last;
      }
      expect(kept).toBe(6);
    }),
  );
});
