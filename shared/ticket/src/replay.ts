/** The replay rule: what a guard that remembers one accepted claim per (issuer, cardRef) answers. */
import { repeatWindowSeconds } from './slots.ts';

/** The last accepted claim of a card. */
export interface LastClaim {
  slot: number;
  /** The reading point. */
  validator: string;
  /** When it was accepted, unix seconds. */
  atSeconds: number;
}

/** `accepted` is remembered; `repeat` gets the same verdict and tap again; neither it nor `replayed` changes anything. */
export type ReplayAnswer = 'accepted' | 'repeat' | 'replayed';

/**
 * Judges a claim by the last accepted one. It knows slots, never text or signatures, of which one ticket has many.
 * A repeat is counted from the accepted tap; a clock that jumped back by more than the window makes no repeat.
 */
export function judgeReplay(last: LastClaim | undefined, presented: LastClaim): ReplayAnswer {
  if (last === undefined || presented.slot > last.slot) return 'accepted';
  const isRepeat =
    presented.slot === last.slot &&
    presented.validator === last.validator &&
    Math.abs(presented.atSeconds - last.atSeconds) <= repeatWindowSeconds;
  return isRepeat ? 'repeat' : 'replayed';
}
