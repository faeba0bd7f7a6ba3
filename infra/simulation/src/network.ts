/** The wires between the parts: requests and answers are late, lost, doubled and out of order, and lines are cut. */
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** How bad a run's network is. */
export interface NetworkFaults {
  lossChance: number;
  doubleChance: number;
  slowestMilliseconds: number;
}

export interface Line {
  isCut: boolean;
  /**
   * Has `serve` answer a request at the other end; it may do so more than once, and the answer may be lost. Rejects
   * with what `serve` throws, or with `noAnswer()` after the patience of the caller.
   */
  call<T>(serve: () => T | Promise<T>, patienceMilliseconds: number, noAnswer: () => Error): Promise<T>;
}

export function createLine(scheduler: Scheduler, random: Random, faults: NetworkFaults): Line {
  const delay = () =>
    random.chance(0.05) ? random.between(0, faults.slowestMilliseconds) : random.between(0, 4);
  const line: Line = {
    isCut: false,
    call<T>(serve: () => T | Promise<T>, patienceMilliseconds: number, noAnswer: () => Error): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        const isLost = () => line.isCut || random.chance(faults.lossChance);
        const arrive = async () => {
          const answer = await Promise.resolve()
            .then(serve)
            .then(
              (value) => () => resolve(value),
              (error: unknown) => () => reject(error),
            );
          if (!isLost()) scheduler.after(delay(), answer);
        };
        scheduler.after(patienceMilliseconds, () => reject(noAnswer()));
        if (isLost()) return;
        scheduler.after(delay(), arrive);
        // A retry below us, or a proxy that repeats: the same request comes again, perhaps after later ones.
        if (random.chance(faults.doubleChance)) scheduler.after(random.between(1, 20_000), arrive);
      });
    },
  };
  return line;
}
