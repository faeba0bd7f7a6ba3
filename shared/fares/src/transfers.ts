/** Which transfer rule holds between two fare legs, and why the others do not (fare_transfer_rules.txt). */
import type { FareLeg } from './fare-legs.ts';
import type { Miss, Mismatch } from './mismatch.ts';
import { type Buyer, findCheapestRow } from './product-rows.ts';
import type { DurationLimitType, FareProductRow, FareTransferRule, TransferRuleIndex } from './tariff.ts';

export interface RulesBetween {
  readonly rules: readonly FareTransferRule[];
  /** The rules name the same group twice (or none twice): their transfers in a row make one run. */
  readonly sameGroup: boolean;
}

const noRules: RulesBetween = { rules: [], sameGroup: false };

/** The rules for going from one group to another; a leg without group has none. */
export function listRulesBetween(
  index: TransferRuleIndex,
  fromGroupId: string | null,
  toGroupId: string | null,
): RulesBetween {
  if (fromGroupId === null || toGroupId === null) return noRules;
  const from = index.fromGroups.has(fromGroupId) ? fromGroupId : '';
  const to = index.toGroups.has(toGroupId) ? toGroupId : '';
  const rules = index.rules.get(from)?.get(to);
  return rules === undefined ? noRules : { rules, sameGroup: from === to };
}

/** A transfer as its limits see it: the run's first leg, its last, and how many transfers lie between. */
export interface Run {
  readonly first: FareLeg;
  readonly last: FareLeg;
  readonly transferNumber: number;
}

export interface HeldTransfer {
  readonly rule: FareTransferRule;
  /** Null: the transfer costs nothing. */
  readonly row: FareProductRow | null;
}

/** The rules whose limits hold and whose product this buyer can have, with the smallest sufficient count. */
export function listHeldTransfers(
  rules: readonly FareTransferRule[],
  run: Run,
  buyer: Buyer,
): HeldTransfer[] {
  let held: HeldTransfer[] = [];
  let smallest = Infinity;
  for (const rule of rules) {
    if (rule.transferCount > smallest || !isWithinLimits(rule, run)) continue;
    const row = rule.fareProduct === null ? null : findCheapestRow(rule.fareProduct, buyer);
    if (row === undefined) continue;
    if (rule.transferCount < smallest) held = [];
    smallest = rule.transferCount;
    held.push({ rule, row });
  }
  return held;
}

const isWithinLimits = (rule: FareTransferRule, run: Run): boolean =>
  run.transferNumber <= rule.transferCount && isWithinDuration(rule, run);

export const isWithinDuration = (
  { durationLimitSeconds, durationLimitType }: FareTransferRule,
  run: Pick<Run, 'first' | 'last'>,
): boolean => durationLimitSeconds === null || secondsOf(run, durationLimitType) <= durationLimitSeconds;

/** Types 0 and 1 run from the first departure, 2 and 3 from the first arrival; 0 and 3 to the last arrival. */
function secondsOf({ first, last }: Pick<Run, 'first' | 'last'>, type: DurationLimitType): number {
  const start = type === 0 || type === 1 ? first.departureSeconds : first.arrivalSeconds;
  const end = type === 0 || type === 3 ? last.arrivalSeconds : last.departureSeconds;
  return end - start;
}

/** Why the rules other than the one used were not used; each with at least one reason. */
export function listOtherTransfers(
  rules: readonly FareTransferRule[],
  run: Run,
  buyer: Buyer,
  used: { transfer: HeldTransfer; costOf: (transfer: HeldTransfer) => number } | null,
): Miss[] {
  return rules
    .filter((rule) => rule !== used?.transfer.rule)
    .map((rule) => {
      const { transferCount, durationLimitSeconds, durationLimitType, fareProduct } = rule;
      const mismatches: Mismatch[] = [];
      const seconds = secondsOf(run, durationLimitType);
      if (run.transferNumber > transferCount)
        mismatches.push({ field: 'transfer_count', wants: transferCount, has: run.transferNumber });
      if (durationLimitSeconds !== null && seconds > durationLimitSeconds)
        mismatches.push({ field: 'duration_limit', wants: durationLimitSeconds, has: seconds });
      const row = fareProduct === null ? null : findCheapestRow(fareProduct, buyer);
      if (row === undefined)
        mismatches.push({ field: 'fare_product_id', wants: fareProduct?.fareProductId ?? null, has: null });
      else if (mismatches.length === 0 && used !== null) mismatches.push(lossTo(used, { rule, row }));
      return { row: rule.ref, mismatches };
    });
}

/** A rule that would have held loses by a larger count, or else by its cost. */
function lossTo(
  { transfer, costOf }: { transfer: HeldTransfer; costOf: (transfer: HeldTransfer) => number },
  other: HeldTransfer,
): Mismatch {
  const smallest = transfer.rule.transferCount;
  const wants = Number.isFinite(other.rule.transferCount) ? other.rule.transferCount : -1;
  if (other.rule.transferCount !== smallest) return { field: 'transfer_count', wants, has: smallest };
  return { field: 'amount', wants: costOf(other), has: costOf(transfer) };
}
