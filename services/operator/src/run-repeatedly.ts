/** Runs a piece of background work again and again, half of the time at most: requests come first. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@vedong/runtime/log';
import { ExponentialBackoff, type IBackoff } from 'cockatiel';

export interface RepeatedWork {
  name: string;
  /** Between turns when there is nothing more to do. */
  pauseMilliseconds: number;
  /** One turn. True where there may be more to do. */
  work: () => Promise<boolean>;
}

const firstRetryAfter = new ExponentialBackoff({ initialDelay: 500, maxDelay: 30_000 });

/** Gives the function that stops it, once the turn under way is done. */
export function runRepeatedly(
  { name, pauseMilliseconds, work }: RepeatedWork,
  log: Log,
): () => Promise<void> {
  const stopping = new AbortController();
  let failing: IBackoff<unknown> | null = null;

  async function takeTurn(): Promise<number> {
    const startedAt = performance.now();
    try {
      const hasMore = await work();
      failing = null;
      return hasMore ? performance.now() - startedAt : pauseMilliseconds;
    } catch (error) {
      failing = failing ? failing.next(undefined) : firstRetryAfter.next();
      log.warn({ err: error, work: name }, 'will try again');
      return failing.duration;
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const pause = await takeTurn();
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const running = run();
  return async () => {
    stopping.abort();
    await running;
  };
}
