/** The latest sure time, on disk, so that time does not go back over a restart. */
import type { DatabaseSync } from 'node:sqlite';

/**
 * The later of the mark and the last tap that was judged by a sure clock; null at the first start.
 * @param lastSureTapMilliseconds from the journal, which is written more often than the mark
 */
export function readMark(db: DatabaseSync, lastSureTapMilliseconds: number | null): number | null {
  const row = db.prepare('select high_water_milliseconds as mark from clock_mark').get() as { mark: number };
  const latest = Math.max(row.mark, lastSureTapMilliseconds ?? 0);
  return latest === 0 ? null : latest;
}

/** Writes in any case, also without a new mark: so it tells whether the disk takes anything at all. */
export function keepMark(db: DatabaseSync, milliseconds: number | null): void {
  db.prepare(
    'update clock_mark set high_water_milliseconds = max(high_water_milliseconds, ?), tries = tries + 1',
  ).run(milliseconds ?? 0);
}
