/** A claim on a card's slot, what a guard answers to it, and how long guards must remember. */
import { repeatWindowSeconds, slotLifetimeSeconds, type LastClaim } from '@vedong/ticket';

export interface Claim extends LastClaim {
  /** `<issuer>.<cardRef>` */
  card: string;
  tapId: string;
}

/** `last` is the claim that stands against the presented one. */
export type ClaimAnswer = { answer: 'accepted' } | { answer: 'repeat' | 'replayed'; last: Claim };

/** Judges a claim by the replay rule and, when accepted, remembers it, in one atomic step. */
export interface ReplayGuard {
  claim(claim: Claim): ClaimAnswer | Promise<ClaimAnswer>;
}

/** How far the clocks of two validators may lie from true time. */
const clockToleranceSeconds = 30;

/** How long a claim is remembered: until no validator takes its slot any more. */
export const claimLifetimeSeconds = slotLifetimeSeconds + 2 * clockToleranceSeconds;

if (claimLifetimeSeconds < slotLifetimeSeconds + repeatWindowSeconds) {
  throw new Error('A claim must be remembered for as long as its slot is taken and a repeat can follow.');
}
