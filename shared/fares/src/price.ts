/** A price with the steps that led to it, in codes and values; nothing in it is prose. */
import type { Miss } from './mismatch.ts';
import type { Money } from './money.ts';
import type { FareTransferType, RowRef } from './tariff.ts';

/** One fare leg: the rule that prices it and what of that price is paid. */
export interface LegStep {
  readonly kind: 'leg';
  /** Positions of the ridden legs; several when join rules made them one. */
  readonly legs: readonly number[];
  readonly joinedBy: readonly RowRef[];
  readonly rule: RowRef;
  readonly legGroupId: string | null;
  readonly fareProductId: string;
  readonly productRow: RowRef;
  /** What the product costs by itself. */
  readonly productAmount: number;
  /** By its own product, or by the transfer to it (type 0 and 2) or from it (type 2); then `amount` is 0. */
  readonly paidBy: 'own_product' | 'transfer_to_it' | 'transfer_from_it';
  readonly amount: number;
  /** Leg rules of the same network and areas, and rows of the product, that were not used. */
  readonly others: readonly Miss[];
}

export interface TransferStep {
  readonly kind: 'transfer';
  readonly rule: RowRef;
  readonly fareTransferType: FareTransferType;
  /** Which transfer of its run: 1 for the first. */
  readonly transferNumber: number;
  /** Null: the transfer costs nothing. */
  readonly fareProductId: string | null;
  readonly productRow: RowRef | null;
  readonly amount: number;
  readonly others: readonly Miss[];
}

/** Two fare legs paid separately: no rule for their groups, or none that holds. */
export interface SeparateStep {
  readonly kind: 'separate';
  readonly amount: 0;
  readonly others: readonly Miss[];
}

/** Why a fare leg has no price: the rules and rows that came nearest. */
export interface UnknownStep {
  readonly kind: 'unknown';
  readonly legs: readonly number[];
  readonly reason: UnknownReason;
  readonly others: readonly Miss[];
}

export type UnknownReason =
  | 'no_legs'
  | 'unknown_route'
  | 'unknown_stop'
  /** No leg rule matches. */
  | 'no_rule'
  /** No product of a matching rule is sold to this category on this medium. */
  | 'not_sold'
  /** The legs cannot be paid in one currency, or in several between which nothing here can choose. */
  | 'no_common_currency';

/** `total` null: the fare is unknown, which is never 0. Otherwise it is the sum of the steps' amounts. */
export type Price =
  | { readonly total: Money; readonly steps: readonly (LegStep | TransferStep | SeparateStep)[] }
  | { readonly total: null; readonly steps: readonly UnknownStep[] };
