/** Keyset pages, newest first: a cursor is the time and id of the last row given. */
import { ServiceError } from '@vedong/runtime/problem';

export interface Cursor {
  at: Date;
  id: string;
}

export function encodeCursor({ at, id }: Cursor): string {
  return Buffer.from(`${at.getTime()} ${id}`).toString('base64url');
}

/** Throws `invalid_cursor`. */
export function decodeCursor(text: string): Cursor {
  const [, milliseconds, id] =
    /^(\d{1,14}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(
      Buffer.from(text, 'base64url').toString('latin1'),
    ) ?? [];
  if (!milliseconds || !id) {
    throw new ServiceError(400, 'invalid_cursor', { detail: 'Give `next` of the page before, unchanged.' });
  }
  return { at: new Date(Number(milliseconds)), id };
}

/** Of up to `limit` + 1 rows: the page, and the cursor of the next where there is one. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  { cursorOf, toItem }: { cursorOf: (row: Row) => Cursor; toItem: (row: Row) => Item },
): { items: Item[]; next: string | null } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { items: page.map(toItem), next: last && rows.length > limit ? encodeCursor(cursorOf(last)) : null };
}
