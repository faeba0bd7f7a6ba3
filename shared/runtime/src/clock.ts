/** Where time comes from; adapters take a Clock so that tests can own it. */
export interface Clock {
  /** Unix time. May jump when the machine's clock is set. */
  nowMilliseconds(): number;
  /** Never goes back; only differences mean anything. */
  monotonicMilliseconds(): number;
}

export const systemClock: Clock = {
  nowMilliseconds: () => Date.now(),
  monotonicMilliseconds: () => performance.now(),
};

export const nowSeconds = (clock: Clock): number => Math.floor(clock.nowMilliseconds() / 1000);

/** RFC 3339 in UTC with milliseconds. */
export const instantOf = (milliseconds: number): string => new Date(milliseconds).toISOString();
