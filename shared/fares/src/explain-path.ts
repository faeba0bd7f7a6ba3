/** The steps of a price: the path that was found, told from its start, with what was not used at each step. */
import {
  type Choice,
  costOfTransfer,
  findCheapestPath,
  type Path,
  transferBetween,
} from './cheapest-path.ts';
import type { FareLeg } from './fare-legs.ts';
import { listLosers, type MatchedLegRules } from './leg-rules.ts';
import type { Miss } from './mismatch.ts';
import type { LegStep, SeparateStep, TransferStep } from './price.ts';
import { type Buyer, listOtherRows } from './product-rows.ts';
import { listOtherTransfers } from './transfers.ts';

/** A journey as it was priced. Its arrays have one entry per fare leg. */
export interface Pricing {
  readonly fareLegs: readonly FareLeg[];
  readonly matched: readonly MatchedLegRules[];
  readonly choices: readonly (readonly Choice[])[];
  readonly buyer: Buyer;
}

export function explainPath(last: Path, pricing: Pricing): (LegStep | TransferStep | SeparateStep)[] {
  const paths: Path[] = [];
  for (let path: Path | null = last; path !== null; path = path.before) paths.unshift(path);
  return paths.flatMap((path, position) => {
    const leg = explainLeg(path, { position, next: paths[position + 1] }, { pricing, total: last.total });
    return path.before === null ? [leg] : [explainTransfer(path, path.before, { position, pricing }), leg];
  });
}

function explainLeg(
  path: Path,
  { position, next }: { position: number; next: Path | undefined },
  { pricing, total }: { pricing: Pricing; total: number },
): LegStep {
  const { rule, row } = path.choice;
  const fareLeg = pricing.fareLegs[position];
  const matched = pricing.matched[position];
  if (fareLeg === undefined || matched === undefined) throw new RangeError('every step has its fare leg');
  const replaced = path.transfer === null && next?.transfer?.rule.fareTransferType === 2;
  const arrivedFree = path.transfer !== null && path.transfer.rule.fareTransferType !== 1;
  const paidBy = replaced ? 'transfer_from_it' : arrivedFree ? 'transfer_to_it' : 'own_product';
  return {
    kind: 'leg',
    legs: fareLeg.legs,
    joinedBy: fareLeg.joinedBy,
    rule: rule.ref,
    legGroupId: rule.legGroupId,
    fareProductId: rule.fareProduct.fareProductId,
    productRow: row.ref,
    productAmount: row.amount,
    paidBy,
    amount: paidBy === 'own_product' ? row.amount : 0,
    others: [
      ...listLosers(matched, fareLeg),
      ...listDearerRules(path.choice, position, { pricing, total }),
      ...listOtherRows(rule.fareProduct, pricing.buyer, row),
    ],
  };
}

/** The rules that match as well: not sold to this rider, or with them the whole journey costs no less. */
function listDearerRules(
  { rule: used }: Choice,
  position: number,
  { pricing, total }: { pricing: Pricing; total: number },
): Miss[] {
  const { fareLegs, matched, choices, buyer } = pricing;
  return (matched[position]?.matching ?? [])
    .filter((rule) => rule !== used)
    .map((rule) => {
      const choice = choices[position]?.find((choice) => choice.rule === rule);
      if (choice === undefined) return notSold(rule);
      const withIt = findCheapestPath(fareLegs, choices.with(position, [choice]), buyer);
      return { row: rule.ref, mismatches: [{ field: 'journey_total', wants: withIt.total, has: total }] };
    });
}

/** A rule that matches, but whose product this rider cannot have. */
export function notSold({ ref, fareProduct }: Choice['rule']): Miss {
  return {
    row: ref,
    mismatches: [{ field: 'fare_product_id', wants: fareProduct.fareProductId, has: null }],
  };
}

function explainTransfer(
  path: Path,
  before: Path,
  { position, pricing }: { position: number; pricing: Pricing },
): TransferStep | SeparateStep {
  const { choice, transfer } = path;
  const { buyer, fareLegs } = pricing;
  const { rules, run } = transferBetween(before, choice, { fareLegs, position, buyer });
  if (transfer === null)
    return { kind: 'separate', amount: 0, others: listOtherTransfers(rules, run, buyer, null) };
  const costOf = (other: typeof transfer): number => costOfTransfer(before, choice, other);
  return {
    kind: 'transfer',
    rule: transfer.rule.ref,
    fareTransferType: transfer.rule.fareTransferType,
    transferNumber: run.transferNumber,
    fareProductId: transfer.rule.fareProduct?.fareProductId ?? null,
    productRow: transfer.row?.ref ?? null,
    amount: transfer.row?.amount ?? 0,
    others: listOtherTransfers(rules, run, buyer, { transfer, costOf }),
  };
}
