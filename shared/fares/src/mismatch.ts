/** Why a row of the feed was not used, as small facts a page can put into words. */
import type { RowRef } from './tariff.ts';

/**
 * What a row asks for and what the journey has instead. `field` is the row's GTFS column, or `journey_total`: with
 * this row the whole journey would cost `wants` instead of `has`. Amounts are in the currency's smallest unit.
 */
export interface Mismatch {
  readonly field: string;
  /** Null: the empty entry. */
  readonly wants: string | number | null;
  readonly has: string | number | null | readonly string[];
}

/** A row that was not used, with every reason found. */
export interface Miss {
  readonly row: RowRef;
  readonly mismatches: readonly Mismatch[];
}
