/** Which rows of a fare product a rider can buy (fare_products.txt, rider_categories.txt, fare_media.txt). */
import type { Miss, Mismatch } from './mismatch.ts';
import type { FareProduct, FareProductRow, Tariff } from './tariff.ts';

/** Who pays, with what. Null: not stated; then the feed's default category applies and any medium will do. */
export interface Rider {
  readonly riderCategoryId: string | null;
  readonly fareMediaId: string | null;
}

/** A rider before one tariff: rows are judged in one currency, as amounts of two cannot be compared. */
export interface Buyer extends Rider {
  readonly tariff: Tariff;
  readonly currency: string;
}

/** The cheapest row this buyer may use; undefined when there is none. */
export function findCheapestRow(product: FareProduct, buyer: Buyer): FareProductRow | undefined {
  let cheapest: FareProductRow | undefined;
  for (const row of product.rows)
    if (isOpenTo(row, buyer) && (cheapest === undefined || row.amount < cheapest.amount)) cheapest = row;
  return cheapest;
}

function isOpenTo(row: FareProductRow, buyer: Buyer): boolean {
  return row.currency === buyer.currency && hasCategory(row, buyer) && hasMedium(row, buyer);
}

function hasCategory(
  { riderCategoryId: wanted }: FareProductRow,
  { riderCategoryId, tariff }: Buyer,
): boolean {
  if (wanted === null) return true;
  return riderCategoryId === null ? tariff.defaultCategoryIds.has(wanted) : riderCategoryId === wanted;
}

const hasMedium = ({ fareMediaId: wanted }: FareProductRow, { fareMediaId }: Buyer): boolean =>
  wanted === null || fareMediaId === null || fareMediaId === wanted;

/** Why the product's rows other than `used` were not used. */
export function listOtherRows(product: FareProduct, buyer: Buyer, used?: FareProductRow): Miss[] {
  return product.rows
    .filter((row) => row !== used)
    .map((row) => {
      const mismatches: Mismatch[] = [];
      if (row.currency !== buyer.currency)
        mismatches.push({ field: 'currency', wants: row.currency, has: buyer.currency });
      if (!hasCategory(row, buyer)) {
        const has = buyer.riderCategoryId ?? [...buyer.tariff.defaultCategoryIds];
        mismatches.push({ field: 'rider_category_id', wants: row.riderCategoryId, has });
      }
      if (!hasMedium(row, buyer))
        mismatches.push({ field: 'fare_media_id', wants: row.fareMediaId, has: buyer.fareMediaId });
      if (mismatches.length === 0 && used !== undefined)
        mismatches.push({ field: 'amount', wants: row.amount, has: used.amount });
      return { row: row.ref, mismatches };
    });
}
