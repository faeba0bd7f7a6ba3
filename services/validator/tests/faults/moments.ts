/** When a fault comes: the seed of a run, and moments between whole milliseconds. */
import { randomInt } from 'node:crypto';

/** `FAULT_SEED`, or one drawn anew; print it. */
export const firstSeed = Number(process.env['FAULT_SEED'] ?? randomInt(1_000_000));

/** Holds this process for so long: a timer would only hit whole milliseconds. */
export function spin(milliseconds: number): void {
  const dueAt = performance.now() + milliseconds;
  while (performance.now() < dueAt);
}
