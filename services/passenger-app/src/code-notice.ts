/** The one line under the code: whether it will stop working soon, and why. */
import type { CodeSupply } from './code-supply.ts';

/** What keeps the phone from the issuer; null while it answers. */
export type ContactProblem = 'offline' | 'signed_out' | 'issuer_trouble' | null;

export interface CodeNotice {
  why: Exclude<ContactProblem, null>;
  /** Unix seconds: the last time the issuer answered, null where unknown. */
  since: number | null;
  /** Unix seconds: from when on there is no code. */
  endsAt: number;
  /** The end is near enough to act on. */
  isSoon: boolean;
}

/** A day's certificates last for days, ready tickets for ten minutes. */
const soonSeconds = { D: 12 * 3600, S: 5 * 60 } as const;

/** Null when there is nothing to say: codes work, and more will be fetched in time. */
export function codeNotice(
  supply: CodeSupply,
  problem: ContactProblem,
  now: { nowSeconds: number; lastAnswerAt: number | null },
): CodeNotice | null {
  if (problem === null) return null;
  const { endsAt, profile } = supply;
  return {
    why: problem,
    since: now.lastAnswerAt,
    endsAt,
    isSoon: endsAt - now.nowSeconds <= soonSeconds[profile],
  };
}
