/** Numbers that look random and come again with their seed, so that a fault can be repeated. */
import { randomInt } from 'node:crypto';

/** `FAULT_SEED`, or one drawn anew; print it. */
export const firstSeed = Number(process.env['FAULT_SEED'] ?? randomInt(1_000_000));

/** Numbers from 0 to 1 (mulberry32). */
export function numbersOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Holds this process for so long: a timer would only hit whole milliseconds. */
export function spin(milliseconds: number): void {
  const dueAt = performance.now() + milliseconds;
  while (performance.now() < dueAt);
}
