/** A list that grows at both ends: new rows from a poll of its first page, older ones by cursor. */

export interface Page<Row> {
  /** Newest first, in the server's order. */
  rows: Row[];
  /** Cursor of the page after; null at the end. */
  next: string | null;
}

export interface LiveList<Row> extends Page<Row> {
  /** Ids that the last poll brought for the first time. */
  fresh: ReadonlySet<string>;
  /** Older pages were added below the first. */
  hasOlder: boolean;
}

export type IdOf<Row> = (row: Row) => string;

/**
 * The list after a new look at its first page. Older rows stay below it. Where the page no longer meets them,
 * too much has come in between: only the page is kept.
 */
export function withNewest<Row>(list: LiveList<Row> | null, page: Page<Row>, idOf: IdOf<Row>): LiveList<Row> {
  if (!list) return { ...page, fresh: new Set(), hasOlder: false };
  const known = new Map(list.rows.map((row, index) => [idOf(row), index]));
  const pageIds = page.rows.map(idOf);
  const fresh = new Set(pageIds.filter((id) => !known.has(id)));
  const meeting = pageIds.findLast((id) => known.has(id));
  if (!list.hasOlder || page.next === null || meeting === undefined)
    return { ...page, fresh, hasOlder: false };
  const inPage = new Set(pageIds);
  const older = list.rows.slice((known.get(meeting) ?? 0) + 1).filter((row) => !inPage.has(idOf(row)));
  return { rows: [...page.rows, ...older], next: list.next, fresh, hasOlder: true };
}

/** The list with the page that its `next` led to. */
export function withOlder<Row>(list: LiveList<Row>, page: Page<Row>, idOf: IdOf<Row>): LiveList<Row> {
  const known = new Set(list.rows.map(idOf));
  const rows = [...list.rows, ...page.rows.filter((row) => !known.has(idOf(row)))];
  return { ...list, rows, next: page.next, hasOlder: true };
}
