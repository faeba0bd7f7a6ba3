/**
 * The cheapest way to pay for a whole journey: dynamic programming over its fare legs. What can still matter later is
 * which rule and row paid the last leg, where its run of transfers began and whether any transfer led to it; of the
 * ways that agree in these only the cheapest is kept, so the work grows with legs squared, not exponentially.
 */
import type { FareLeg } from './fare-legs.ts';
import type { Buyer } from './product-rows.ts';
import type { FareLegRule, FareProductRow } from './tariff.ts';
import { type HeldTransfer, listHeldTransfers, listRulesBetween, type Run } from './transfers.ts';

/** A leg rule that matches, with the cheapest row of its product that the rider may buy. */
export interface Choice {
  readonly rule: FareLegRule;
  readonly row: FareProductRow;
}

/** A way to pay for the journey up to and including one fare leg. */
export interface Path {
  readonly choice: Choice;
  /** Sum so far, in the currency's smallest unit. */
  readonly total: number;
  /** Position of the first fare leg of the present run of transfers. */
  readonly runStart: number;
  /** How the rider came from the leg before; null at the start of the journey and after a separate fare. */
  readonly transfer: HeldTransfer | null;
  readonly before: Path | null;
}

/** The cheapest path; `choices` holds at least one way to pay for each of `fareLegs`, of which there is one at least. */
export function findCheapestPath(
  fareLegs: readonly FareLeg[],
  choices: readonly (readonly Choice[])[],
  buyer: Buyer,
): Path {
  let paths: Path[] = [];
  for (let position = 0; position < fareLegs.length; position += 1) {
    const next = new Map<string, Path>();
    for (const [index, choice] of (choices[position] ?? []).entries()) {
      const extended =
        position === 0
          ? [startAt(null, choice, position)]
          : paths.map((path) => extend(path, choice, { fareLegs, position, buyer }));
      for (const path of extended) {
        const state = `${index}/${path.runStart}/${path.transfer === null}`;
        const known = next.get(state);
        if (known === undefined || path.total < known.total) next.set(state, path);
      }
    }
    paths = [...next.values()];
  }
  return paths.reduce((cheapest, path) => (path.total < cheapest.total ? path : cheapest));
}

function startAt(before: Path | null, choice: Choice, position: number): Path {
  const total = (before?.total ?? 0) + choice.row.amount;
  return { choice, total, runStart: position, transfer: null, before };
}

interface Step {
  readonly fareLegs: readonly FareLeg[];
  /** Of the leg that is added. */
  readonly position: number;
  readonly buyer: Buyer;
}

/** Goes on to the next leg: by the cheapest rule that holds, which must then be applied, else by a fare of its own. */
function extend(path: Path, choice: Choice, step: Step): Path {
  const { rules, runStart, run } = transferBetween(path, choice, step);
  let best: { transfer: HeldTransfer; cost: number } | undefined;
  if (rules.length > 0)
    for (const transfer of listHeldTransfers(rules, run, step.buyer)) {
      const cost = costOfTransfer(path, choice, transfer);
      if (best === undefined || cost < best.cost) best = { transfer, cost };
    }
  if (best === undefined) return startAt(path, choice, step.position);
  return { choice, total: path.total + best.cost, runStart, transfer: best.transfer, before: path };
}

/**
 * The rules between the last leg of a path and a next one. Under rules for one pair of equal groups the run goes on
 * from its first leg; under others the two legs are measured alone.
 */
export function transferBetween(
  path: Path,
  choice: Choice,
  { fareLegs, position, buyer }: Step,
): { rules: ReturnType<typeof listRulesBetween>['rules']; runStart: number; run: Run } {
  const index = buyer.tariff.transferRules;
  const from = path.choice.rule.legGroupId;
  const { rules, sameGroup } = listRulesBetween(index, from, choice.rule.legGroupId);
  const runStart = sameGroup ? path.runStart : position - 1;
  const [first, last] = [fareLegs[runStart], fareLegs[position]];
  if (first === undefined || last === undefined) throw new RangeError('a run lies within the journey');
  const nextRunStart = sameGroup ? runStart : position;
  return { rules, runStart: nextRunStart, run: { first, last, transferNumber: position - runStart } };
}

/** What a transfer and its to-leg add to the total (the table under `fare_transfer_type`). */
export function costOfTransfer(path: Path, choice: Choice, { rule, row }: HeldTransfer): number {
  const transferAmount = row?.amount ?? 0;
  if (rule.fareTransferType === 1) return transferAmount + choice.row.amount;
  // As a chain's first transfer type 2 stands for the from-leg's fare too; later it adds to what was paid.
  const replacesFromLeg = rule.fareTransferType === 2 && path.transfer === null;
  return replacesFromLeg ? transferAmount - path.choice.row.amount : transferAmount;
}
