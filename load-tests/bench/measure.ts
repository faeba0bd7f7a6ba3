/** Interleaved timing: contenders take turns in short batches, so that a noisy machine is noisy for all of them. */

/** Does one batch of work; the number of operations in a batch is the same for all contenders. */
export type Batch = () => Promise<void>;

/** How often to measure. The first rounds warm up and are thrown away. */
export interface Effort {
  rounds: number;
  warmUpRounds: number;
  operationsPerBatch: number;
}

/** Microseconds per operation, each the median over all rounds. */
export interface Cost {
  /** Processor time of all threads of this process: what a core has to give, whoever else is busy on it. */
  cpu: number;
  /** Time until the answers were there. */
  elapsed: number;
}

/** The cost of each contender. The order in which they take turns moves on with every round. */
export async function measureInterleaved<Name extends string>(
  contenders: Record<Name, Batch>,
  effort: Effort,
): Promise<Record<Name, Cost>> {
  const names = Object.keys(contenders) as Name[];
  const samples = new Map<Name, Cost[]>(names.map((name) => [name, []]));
  for (let round = 0; round < effort.warmUpRounds + effort.rounds; round += 1) {
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length]!;
      const sample = await costOf(contenders[name], effort.operationsPerBatch);
      if (round >= effort.warmUpRounds) samples.get(name)!.push(sample);
    }
  }
  const medians = names.map((name) => {
    const taken = samples.get(name)!;
    return [
      name,
      { cpu: median(taken.map(({ cpu }) => cpu)), elapsed: median(taken.map(({ elapsed }) => elapsed)) },
    ];
  });
  return Object.fromEntries(medians) as Record<Name, Cost>;
}

async function costOf(batch: Batch, operations: number): Promise<Cost> {
  const cpuStart = process.cpuUsage();
  const start = process.hrtime.bigint();
  await batch();
  const elapsed = Number(process.hrtime.bigint() - start) / 1000;
  const { user, system } = process.cpuUsage(cpuStart);
  return { cpu: (user + system) / operations, elapsed: elapsed / operations };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
