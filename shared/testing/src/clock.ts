/** A clock that stands still until the test moves it; wall time and monotonic time can be moved apart. */
import type { Clock } from '@vedong/runtime/clock';

export interface SimulatedClock extends Clock {
  /** Time passes: both clocks go on. */
  advance(milliseconds: number): void;
  /** Somebody sets the wall clock; monotonic time goes on as before. */
  setNow(milliseconds: number): void;
}

/** @param startsAt wall time as RFC 3339 or milliseconds since 1970 */
export function simulateClock(startsAt: string | number): SimulatedClock {
  let now = new Date(startsAt).getTime();
  let monotonic = 0;
  return {
    nowMilliseconds: () => now,
    monotonicMilliseconds: () => monotonic,
    advance(milliseconds) {
      now += milliseconds;
      monotonic += milliseconds;
    },
    setNow(milliseconds) {
      now = milliseconds;
    },
  };
}
