/** Divides the price of a pass between the agencies whose lines it was used on. */
import type { Mode } from '@vedong/travel';
import type { ApportionmentWeight } from './fare-extension.ts';
import type { Money } from './money.ts';

/** What was ridden under a pass with one agency by one mode. */
export interface PassUse {
  readonly agency: string;
  readonly mode: Mode;
  readonly trips: number;
  /** Together, along the lines. */
  readonly distanceMetres: number;
}

export interface PassToApportion {
  readonly price: Money;
  /** The only agency a pass is good for, which gets it whole; null: it is shared. */
  readonly soleAgency: string | null;
  readonly uses: readonly PassUse[];
  readonly weights: readonly ApportionmentWeight[];
}

export interface Apportionment {
  /** By agency name; together with `unallocated` exactly the price. */
  readonly shares: readonly { readonly agency: string; readonly share: Money }[];
  /** Money nobody earned: a shared pass without trips. */
  readonly unallocated: Money;
}

/**
 * Weight of an agency: opening price x trips + price per km x km, summed over its modes. Shares are in proportion, the
 * units left by rounding down go to the largest remainders, among equals to the agency that comes first by name.
 * Throws RangeError for negative or fractional input, a mode without weight, or weights in another currency.
 */
export function apportionPass({ price, soleAgency, uses, weights }: PassToApportion): Apportionment {
  const { amount, currency } = price;
  const money = (units: number): Money => ({ amount: units, currency });
  requireCount(amount, 'price');
  if (soleAgency !== null) return { shares: [{ agency: soleAgency, share: price }], unallocated: money(0) };
  const weightOf = new Map<string, bigint>();
  for (const use of uses)
    weightOf.set(use.agency, (weightOf.get(use.agency) ?? 0n) + weigh(use, weights, currency));
  const entries = [...weightOf].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const total = entries.reduce((sum, [, weight]) => sum + weight, 0n);
  if (total === 0n) return { shares: [], unallocated: price };
  const parts = entries.map(([agency, weight]) => {
    const product = BigInt(amount) * weight;
    return { agency, share: Number(product / total), remainder: product % total };
  });
  let left = amount - parts.reduce((sum, { share }) => sum + share, 0);
  // The sort is stable, so equal remainders stay in the order of names.
  for (const part of parts.toSorted((a, b) =>
    a.remainder > b.remainder ? -1 : a.remainder < b.remainder ? 1 : 0,
  )) {
    if (left === 0) break;
    part.share += 1;
    left -= 1;
  }
  return {
    shares: parts.map(({ agency, share }) => ({ agency, share: money(share) })),
    unallocated: money(0),
  };
}

/** In thousandths of the currency's smallest unit, as distances are in metres. */
function weigh(use: PassUse, weights: readonly ApportionmentWeight[], currency: string): bigint {
  requireCount(use.trips, 'trips');
  requireCount(use.distanceMetres, 'distanceMetres');
  const weight = weights.find(({ mode }) => mode === use.mode);
  if (weight === undefined) throw new RangeError(`no weight for ${use.mode}`);
  const { openingPrice, perKmPrice } = weight;
  if (openingPrice.currency !== currency || perKmPrice.currency !== currency)
    throw new RangeError(`the weight of ${use.mode} is not in ${currency}`);
  return (
    BigInt(openingPrice.amount) * BigInt(use.trips) * 1000n +
    BigInt(perKmPrice.amount) * BigInt(use.distanceMetres)
  );
}

function requireCount(value: number, name: string): void {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`${name} must be a whole number from 0`);
}
