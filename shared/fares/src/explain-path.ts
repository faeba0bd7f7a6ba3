/** The steps of a price: the path that was found, told from its start, with what was not used at each step. */
import {
  type Choice,
  costOfTransfer,
  listTotalsWithEach,
  type Path,
  type Stretch,
  transferBetween,
} from './cheapest-path.ts';
import { listLosers, type MatchedLegRules } from './leg-rules.ts';
import type { Miss } from './mismatch.ts';
import type { LegStep, SeparateStep, TransferStep } from './price.ts';
import { listOtherRows } from './product-rows.ts';
import { listOtherTransfers } from './transfers.ts';

/** A part of a journey as it was paid. Its arrays have one entry per fare leg. */
export interface PaidPart extends Stretch {
  readonly matched: readonly MatchedLegRules[];
  /** The last of its legs, with all before. */
  readonly path: Path;
}

/** What its rules cost for all of a journey: `elsewhere` is what its other parts cost. */
export function explainPart(part: PaidPart, elsewhere: number): (LegStep | TransferStep | SeparateStep)[] {
  const paths = listPaths(part.path);
  const hasChoice = part.matched.some(({ matching }) => matching.length > 1);
  const totals = hasChoice
    ? listTotalsWithEach(part).map((ofLeg) => ofLeg.map((total) => total + elsewhere))
    : part.choices.map(() => []);
  const total = part.path.total + elsewhere;
  return paths.flatMap((path, position) => {
    const dearer = listDearerRules(path.choice, position, { part, totals, total });
    const leg = explainLeg(path, { position, next: paths[position + 1] }, { part, dearer });
    return path.before === null ? [leg] : [explainTransfer(path, path.before, { position, part }), leg];
  });
}

function listPaths(last: Path): Path[] {
  const paths: Path[] = [];
  for (let path: Path | null = last; path !== null; path = path.before) paths.push(path);
  return paths.reverse();
}

/** Why nothing leads from one part to the next. */
export function explainGap(before: PaidPart, after: PaidPart): SeparateStep {
  const position = before.fareLegs.length;
  const joint = { ...after, fareLegs: [...before.fareLegs, ...after.fareLegs] };
  const first = listPaths(after.path)[0] as Path;
  const { rules, run } = transferBetween(before.path, first.choice, { ...joint, position });
  return { kind: 'separate', amount: 0, others: listOtherTransfers(rules, run, after.buyer, null) };
}

function explainLeg(
  path: Path,
  { position, next }: { position: number; next: Path | undefined },
  { part, dearer }: { part: PaidPart; dearer: readonly Miss[] },
): LegStep {
  const { rule, row } = path.choice;
  const fareLeg = part.fareLegs[position];
  const matched = part.matched[position];
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
    others: [...listLosers(matched, fareLeg), ...dearer, ...listOtherRows(rule.fareProduct, part.buyer, row)],
  };
}

/** The rules that match as well: not sold to this rider, or with them the whole journey costs no less. */
function listDearerRules(
  { rule: used }: Choice,
  position: number,
  { part, totals, total }: { part: PaidPart; totals: readonly (readonly number[])[]; total: number },
): Miss[] {
  return (part.matched[position]?.matching ?? [])
    .filter((rule) => rule !== used)
    .map((rule) => {
      const index = (part.choices[position] ?? []).findIndex((choice) => choice.rule === rule);
      const wants = totals[position]?.[index];
      if (wants === undefined) return notSold(rule);
      return { row: rule.ref, mismatches: [{ field: 'journey_total', wants, has: total }] };
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
  { position, part }: { position: number; part: PaidPart },
): TransferStep | SeparateStep {
  const { choice, transfer } = path;
  const { buyer, fareLegs } = part;
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
