import { ServiceError } from '@vedong/runtime/problem';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeCursor, encodeCursor, toPage } from './page.ts';

it('reads its own cursors', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2e12 }), fc.uuid(), (milliseconds, id) => {
      const cursor = { at: new Date(milliseconds), id };
      expect(decodeCursor(encodeCursor(cursor))).toEqual(cursor);
    }),
  );
});

it('refuses every other text', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => decodeCursor(text)).toThrow(ServiceError);
    }),
  );
});

it('names a next page only where there is one', () => {
  const rows = ['c', 'b', 'a'].map((letter) => ({
    at: new Date(1),
    id: `${letter.repeat(8)}-0000-0000-0000-000000000000`,
  }));
  const how = { cursorOf: (row: (typeof rows)[number]) => row, toItem: ({ id }: { id: string }) => id[0] };
  expect(toPage(rows, 3, how)).toEqual({ items: ['c', 'b', 'a'], next: null });
  expect(toPage([], 3, how)).toEqual({ items: [], next: null });
  const { items, next } = toPage(rows, 2, how);
  expect(items).toEqual(['c', 'b']);
  expect(decodeCursor(next as string)).toEqual(rows[1]);
});
