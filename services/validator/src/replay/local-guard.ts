/** The replay rule over this validator's own memory: bounded, and never forgetful of a code that is still live. */
import { ServiceError } from '@vedong/runtime/problem';
import { judgeReplay } from '@vedong/ticket';
import { claimLifetimeSeconds, type Claim, type ClaimAnswer, type ReplayGuard } from './claim.ts';

/** Two minutes at eight thousand taps a second; about 250 MB. */
const claimsMost = 1_000_000;

export interface LocalGuard extends ReplayGuard {
  /**
   * An accepted claim stands until it is released; `learn` makes it last.
   * Throws ServiceError `overloaded` rather than forget a live claim.
   */
  claim(claim: Claim): ClaimAnswer;
  /** Remembers a claim that counts, one's own or another memory's, unless a later slot of the card is known. */
  learn(claim: Claim): void;
  /** Ends the standing of a claim that has been learnt, or will not count. */
  release(claim: Claim): void;
}

/** `monotonicSeconds` decides when a claim is forgotten: a wall clock that jumps must not bring a code back to life. */
export function createLocalGuard(monotonicSeconds: () => number, capacity = claimsMost): LocalGuard {
  /** Taps under way; by card, the latest slot. */
  const standing = new Map<string, Claim>();
  /** What counts, oldest first. */
  const learnt = new Map<string, { claim: Claim; endsAt: number }>();

  function findLearnt(card: string): Claim | undefined {
    const known = learnt.get(card);
    return known && known.endsAt > monotonicSeconds() ? known.claim : undefined;
  }

  function dropEnded(): void {
    const now = monotonicSeconds();
    for (const [card, { endsAt }] of learnt) {
      if (endsAt > now) return;
      learnt.delete(card);
    }
  }

  return {
    claim(claim) {
      const last = standing.get(claim.card) ?? findLearnt(claim.card);
      const answer = judgeReplay(last, claim);
      if (answer !== 'accepted') return { answer, last: last! };
      dropEnded();
      if (learnt.size + standing.size >= capacity) {
        throw new ServiceError(503, 'overloaded', { detail: 'Too many taps at once.', retryAfterSeconds: 5 });
      }
      standing.set(claim.card, claim);
      return { answer };
    },
    learn(claim) {
      const last = findLearnt(claim.card);
      if (last !== undefined && claim.slot < last.slot) return;
      learnt.delete(claim.card);
      learnt.set(claim.card, { claim, endsAt: monotonicSeconds() + claimLifetimeSeconds });
    },
    release(claim) {
      if (standing.get(claim.card) === claim) standing.delete(claim.card);
    },
  };
}
