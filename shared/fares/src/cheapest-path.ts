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

/** Fare legs to pay together, and the ways to pay each: at least one leg, and at least one way for each. */
export interface Stretch {
  readonly fareLegs: readonly FareLeg[];
  readonly choices: readonly (readonly Choice[])[];
  readonly buyer: Buyer;
}

/** The cheapest of all ways, the first among equals. */
export function findCheapestPath(stretch: Stretch): Path {
  const ways = [...(layersOf(stretch).at(-1)?.values() ?? [])];
  return ways.reduce((cheapest, path) => (path.total < cheapest.total ? path : cheapest));
}

/**
 * For each leg and each of its choices, the cheapest total of all ways that use it there: what leads to it, forwards,
 * and what can follow it, backwards, so twice the work of the cheapest path whatever the number of choices.
 */
export function listTotalsWithEach(stretch: Stretch): number[][] {
  const layers = layersOf(stretch);
  const totals = stretch.choices.map((choices) => choices.map(() => Infinity));
  let toGo = new Map<string, number>();
  for (let position = layers.length - 1; position >= 0; position -= 1) {
    const next = toGo;
    toGo = new Map();
    for (const [state, path] of layers[position] ?? []) {
      let rest = position === layers.length - 1 ? 0 : Infinity;
      for (const [index, choice] of (stretch.choices[position + 1] ?? []).entries()) {
        const extended = extend(path, choice, position + 1, stretch);
        rest = Math.min(rest, extended.total - path.total + (next.get(stateOf(extended, index)) ?? Infinity));
      }
      toGo.set(state, rest);
      const index = stretch.choices[position]?.indexOf(path.choice) ?? 0;
      const ofLeg = totals[position] as number[];
      ofLeg[index] = Math.min(ofLeg[index] as number, path.total + rest);
    }
  }
  return totals;
}

/** After each leg the cheapest path to every state. */
function layersOf(stretch: Stretch): ReadonlyMap<string, Path>[] {
  const layers: ReadonlyMap<string, Path>[] = [];
  for (let position = 0; position < stretch.fareLegs.length; position += 1) {
    const before = [...(layers.at(-1)?.values() ?? [])];
    const layer = new Map<string, Path>();
    for (const [index, choice] of (stretch.choices[position] ?? []).entries()) {
      const extended =
        position === 0
          ? [startAt(null, choice, position)]
          : before.map((path) => extend(path, choice, position, stretch));
      for (const path of extended) {
        const state = stateOf(path, index);
        const known = layer.get(state);
        if (known === undefined || path.total < known.total) layer.set(state, path);
      }
    }
    layers.push(layer);
  }
  return layers;
}

/** What can matter later; `index` is that of the choice among those of its leg. */
const stateOf = ({ runStart, transfer }: Path, index: number): string =>
  `${index}/${runStart}/${transfer === null}`;

function startAt(before: Path | null, choice: Choice, position: number): Path {
  const total = (before?.total ?? 0) + choice.row.amount;
  return { choice, total, runStart: position, transfer: null, before };
}

/** Goes on to the next leg: by the cheapest rule that holds, which must then be applied, else by a fare of its own. */
function extend(path: Path, choice: Choice, position: number, { fareLegs, buyer }: Stretch): Path {
  const { rules, runStart, run } = transferBetween(path, choice, { fareLegs, position, buyer });
  let best: { transfer: HeldTransfer; cost: number } | undefined;
  if (rules.length > 0)
    for (const transfer of listHeldTransfers(rules, run, buyer)) {
      const cost = costOfTransfer(path, choice, transfer);
      if (best === undefined || cost < best.cost) best = { transfer, cost };
    }
  if (best === undefined) return startAt(path, choice, position);
  return { choice, total: path.total + best.cost, runStart, transfer: best.transfer, before: path };
}

/**
 * The rules between the last leg of a path and a next one. Under rules for one pair of equal groups the run goes on
 * from its first leg; under others the two legs are measured alone.
 */
export function transferBetween(
  path: Path,
  choice: Choice,
  { fareLegs, position, buyer }: Pick<Stretch, 'fareLegs' | 'buyer'> & { position: number },
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
