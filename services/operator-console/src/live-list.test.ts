import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type LiveList, type Page, withNewest, withOlder } from './live-list.ts';

const pageLength = 5;
const idOf = (row: { id: number }) => String(row.id);

/** A server whose rows are numbers, newest (largest) first; a cursor is the last number given. */
function pageOf(rows: number[], after = Number.POSITIVE_INFINITY): Page<{ id: number }> {
  const found = rows.filter((id) => id < after);
  const ids = found.slice(0, pageLength);
  return {
    rows: ids.map((id) => ({ id })),
    next: found.length > pageLength ? String(ids.at(-1)) : null,
  };
}
const ids = (list: LiveList<{ id: number }>) => list.rows.map(({ id }) => id);
const upTo = (newest: number) => Array.from({ length: newest }, (_, index) => newest - index);

it('begins with the first page, nothing fresh', () => {
  const list = withNewest(null, pageOf(upTo(8)), idOf);
  expect(ids(list)).toEqual([8, 7, 6, 5, 4]);
  expect(list.fresh.size).toBe(0);
});

it('shows every row once, in order and without a gap, however polls and older pages alternate', () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('arrive' as const), count: fc.integer({ min: 1, max: 9 }) }),
    fc.record({ kind: fc.constant('poll' as const) }),
    fc.record({ kind: fc.constant('older' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let newest = 12;
      let list = withNewest(null, pageOf(upTo(newest)), idOf);
      for (const next of steps) {
        if (next.kind === 'arrive') newest += next.count;
        else if (next.kind === 'poll') list = withNewest(list, pageOf(upTo(newest)), idOf);
        else if (list.next !== null) list = withOlder(list, pageOf(upTo(newest), Number(list.next)), idOf);
        const shown = ids(list);
        const first = shown[0] ?? 0;
        expect(shown).toEqual(upTo(first).slice(0, shown.length));
        expect(list.next === null).toBe(shown.at(-1) === 1);
        if (next.kind === 'poll') expect(first).toBe(newest);
      }
    }),
  );
});

it('says which rows are new, and changes those it has', () => {
  const before = { rows: [{ id: 2, state: 'open' }], next: null };
  const after = {
    rows: [
      { id: 3, state: 'open' },
      { id: 2, state: 'complete' },
    ],
    next: null,
  };
  const list = withNewest(withNewest(null, before, idOf), after, idOf);
  expect(list.rows).toEqual(after.rows);
  expect([...list.fresh]).toEqual(['3']);
});

it('drops a row that no longer fits the filter', () => {
  const all = withOlder(withNewest(null, pageOf(upTo(9)), idOf), pageOf(upTo(9), 5), idOf);
  const list = withNewest(all, pageOf([9, 7, 6, 5, 4, 3, 2, 1]), idOf);
  expect(ids(list)).toEqual([9, 7, 6, 5, 4, 3, 2, 1]);
});

it('takes a late row that belongs into the middle', () => {
  const rows = [9, 8, 6, 5, 4, 3, 2, 1];
  const all = withOlder(withNewest(null, pageOf(rows), idOf), pageOf(rows, 4), idOf);
  expect(ids(withNewest(all, pageOf(upTo(9)), idOf))).toEqual(upTo(9));
});
