/** A validator's clock: it drifts, somebody sets it wrong, and its monotonic side begins anew with every start. */
import type { Clock } from '@vedong/runtime/clock';

export interface GateClock extends Clock {
  /** How far wall time lies from true time. */
  errorMilliseconds(): number;
  jump(milliseconds: number): void;
  /** Somebody puts it right; it drifts on. */
  correct(): void;
  /** The machine starts: monotonic time begins at nought. */
  boot(): void;
}

/** `driftPerMillion`: of the quartz, e.g. 50. */
export function createGateClock(
  trueNow: () => number,
  { errorMilliseconds, driftPerMillion }: { errorMilliseconds: number; driftPerMillion: number },
): GateClock {
  const rate = 1 + driftPerMillion / 1_000_000;
  let anchor = trueNow();
  let wallAtAnchor = anchor + errorMilliseconds;
  let bootedAt = anchor;
  const wall = () => Math.floor(wallAtAnchor + (trueNow() - anchor) * rate);
  const setWall = (milliseconds: number) => {
    anchor = trueNow();
    wallAtAnchor = milliseconds;
  };
  return {
    nowMilliseconds: wall,
    monotonicMilliseconds: () => (trueNow() - bootedAt) * rate,
    errorMilliseconds: () => wall() - trueNow(),
    jump: (milliseconds) => setWall(wall() + milliseconds),
    correct: () => setWall(trueNow()),
    boot() {
      bootedAt = trueNow();
    },
  };
}
