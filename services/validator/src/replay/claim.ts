/** A claim on a card's slot, what a guard answers to it, and how long guards must remember. */
import { repeatWindowSeconds, slotLifetimeSeconds, type LastClaim } from '@vedong/ticket';
import type { Passage, PresentedPassage } from '@vedong/travel';

export interface Claim extends LastClaim {
  /** `<issuer>.<cardRef>` */
  card: string;
  tapId: string;
  /** For anti-passback; absent where the area is not known, of a claim that another memory told. */
  passage?: Omit<PresentedPassage, 'atSeconds' | 'isSamePerson'>;
  /** A second try after the gate's own stop: no passback where this reading point was the last to let the card pass. */
  isSecondTry?: true;
}

/** Where and when a card or its code was used before. */
export type Use = Pick<Claim, 'validator' | 'atSeconds'>;

/**
 * `last` is what stands against the presented claim; `isUnreplicated`: fewer replicas than asked for hold it;
 * `isForgetful`: the memory may not know of earlier claims.
 */
export type ClaimAnswer =
  | { answer: 'accepted'; isUnreplicated?: true; isForgetful?: true }
  | { answer: 'repeat'; last: Claim; isUnreplicated?: true; isForgetful?: true }
  | { answer: 'replayed'; last: Claim }
  | { answer: 'passback'; last: Use };

/** What a guard remembers of a card for anti-passback. */
export interface RememberedPassage extends Passage {
  /** The reading point. */
  validator: string;
}

/** Judges a claim by the replay rule, then by anti-passback, and when accepted remembers it, in one atomic step. */
export interface ReplayGuard {
  claim(claim: Claim): ClaimAnswer | Promise<ClaimAnswer>;
}

/** How far the clocks of two validators may lie from true time. */
export const clockToleranceSeconds = 30;

/** How long a claim is remembered: until no validator takes its slot any more. */
export const claimLifetimeSeconds = slotLifetimeSeconds + 2 * clockToleranceSeconds;

/** How long a passage is remembered under a rule of so many seconds. */
export const passageLifetimeSeconds = (ruleSeconds: number): number =>
  ruleSeconds + 2 * clockToleranceSeconds;

if (claimLifetimeSeconds < slotLifetimeSeconds + repeatWindowSeconds) {
  throw new Error('A claim must be remembered for as long as its slot is taken and a repeat can follow.');
}
