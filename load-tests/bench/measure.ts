/** Interleaved timing: contenders take turns in short batches, so that a noisy machine is noisy for all of them. */

/** Does one batch of work; the number of operations in a batch is the same for all contenders. */
export type Batch = () => Promise<void>;

/** How often to measure. The first rounds warm up and are thrown away. */
export interface Effort {
  rounds: number;
  warmUpRounds: number;
  operationsPerBatch: number;
}

/** Microseconds per operation for each contender: the median over all rounds, whose order turns each time. */
export async function measureInterleaved<Name extends string>(
  contenders: Record<Name, Batch>,
  effort: Effort,
): Promise<Record<Name, number>> {
  const names = Object.keys(contenders) as Name[];
  const samples = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < effort.warmUpRounds + effort.rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length]!;
      const start = process.hrtime.bigint();
      await contenders[name]();
      const microseconds = Number(process.hrtime.bigint() - start) / 1000;
      if (round >= effort.warmUpRounds) samples.get(name)!.push(microseconds / effort.operationsPerBatch);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(samples.get(name)!)])) as Record<Name, number>;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
