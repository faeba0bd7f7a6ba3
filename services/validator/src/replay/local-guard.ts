/** The rules of check 10 over this validator's own memory: bounded, and never forgetful of a code that is still live. */
import { ServiceError } from '@vedong/runtime/problem';
import { judgeReplay } from '@vedong/ticket';
import { createEndings } from '../endings.ts';
import {
  claimLifetimeSeconds,
  type Claim,
  type ClaimAnswer,
  type RememberedPassage,
  type ReplayGuard,
} from './claim.ts';
import { createPassages, passageOf } from './passages.ts';

/** Two minutes at eight thousand taps a second; about 250 MB. */
const claimsMost = 1_000_000;

/** A claim that still counts, to be told to another memory. */
export interface LiveClaim {
  claim: Claim;
  passage: RememberedPassage | undefined;
  secondsLeft: number;
}

interface Learnt {
  claim: Claim;
  endsAt: number;
}

interface Standing {
  claim: Claim;
  passage: RememberedPassage | undefined;
}

export interface LocalGuard extends ReplayGuard {
  /**
   * A claim whose slot is free stands until it is released, also when anti-passback refuses it here: that rule is judged
   * by the memory that knows most. `learn` makes it last. Throws ServiceError `overloaded` rather than forget a live claim.
   */
  claim(claim: Claim): ClaimAnswer;
  /** Remembers a claim that counts, one's own or another memory's, unless a later slot of the card is known. */
  learn(claim: Claim, options?: { isTold: boolean }): void;
  /** Remembers a code as used, unless that slot of the card or a later one is known. */
  learnUsed(claim: Claim): void;
  /** Ends the standing of a claim that has been learnt, or will not count. */
  release(claim: Claim): void;
  /** Takes up to `most` claims that another memory has not been told, oldest first. */
  takeUntold(most: number): LiveClaim[];
  /** The other memory may have forgotten: everything live is to be told again, or the claims named. */
  markUntold(cards?: Iterable<string>): void;
}

/** `monotonicSeconds` decides when a claim is forgotten: a wall clock that jumps must not bring a code back to life. */
export function createLocalGuard(monotonicSeconds: () => number, capacity = claimsMost): LocalGuard {
  /** Taps under way by card, each of a later slot than the one before: nearly always one. */
  const standing = new Map<string, Standing[]>();
  /** What counts, oldest first. */
  const learnt = new Map<string, Learnt>();
  const endings = createEndings<Learnt>();
  /** Cards whose claims the shared memory may not have. */
  const untold = new Set<string>();
  const passages = createPassages(monotonicSeconds, capacity);

  function findLearnt(card: string): Claim | undefined {
    const known = learnt.get(card);
    return known && known.endsAt > monotonicSeconds() ? known.claim : undefined;
  }

  function remember(claim: Claim): void {
    const one = { claim, endsAt: monotonicSeconds() + claimLifetimeSeconds };
    learnt.delete(claim.card);
    learnt.set(claim.card, one);
    endings.add(one, one.endsAt);
  }

  function dropEnded(): void {
    const now = monotonicSeconds();
    for (let one = endings.takeEnded(now); one !== undefined; one = endings.takeEnded(now)) {
      const { card } = one.claim;
      if (learnt.get(card) !== one) continue;
      learnt.delete(card);
      untold.delete(card);
    }
  }

  return {
    claim(claim) {
      const underWay = standing.get(claim.card) ?? [];
      const last = laterOf(underWay.at(-1)?.claim, findLearnt(claim.card));
      const answer = judgeReplay(last, claim);
      if (answer !== 'accepted') return { answer, last: last! };
      dropEnded();
      if (learnt.size + standing.size >= capacity) {
        throw new ServiceError(503, 'overloaded', { detail: 'Too many taps at once.', retryAfterSeconds: 5 });
      }
      const before = underWay.at(-1)?.passage ?? passages.find(claim.card);
      const passage = passageOf(before, claim);
      standing.set(claim.card, [...underWay, { claim, passage: passage ?? before }]);
      if (passage !== null) return { answer };
      const { validator, atSeconds } = before!;
      return { answer: 'passback', last: { validator, atSeconds } };
    },
    learn(claim, { isTold } = { isTold: true }) {
      passages.learn(claim);
      const last = findLearnt(claim.card);
      if (last !== undefined && claim.slot < last.slot) return;
      remember(claim);
      untold.delete(claim.card);
      if (!isTold) untold.add(claim.card);
    },
    learnUsed(claim) {
      const last = findLearnt(claim.card);
      if (last !== undefined && claim.slot <= last.slot) return;
      remember(claim);
    },
    release(claim) {
      const others = standing.get(claim.card)?.filter((one) => one.claim !== claim) ?? [];
      if (others.length === 0) standing.delete(claim.card);
      else standing.set(claim.card, others);
    },
    takeUntold(most) {
      const now = monotonicSeconds();
      const taken: LiveClaim[] = [];
      for (const card of untold) {
        if (taken.length >= most) break;
        untold.delete(card);
        const known = learnt.get(card);
        if (!known || known.endsAt <= now) continue;
        const secondsLeft = Math.ceil(known.endsAt - now);
        taken.push({ claim: known.claim, passage: passages.find(card), secondsLeft });
      }
      return taken;
    },
    markUntold(cards = learnt.keys()) {
      for (const card of cards) untold.add(card);
    },
  };
}

const laterOf = (one: Claim | undefined, other: Claim | undefined): Claim | undefined =>
  one && other && other.slot > one.slot ? other : (one ?? other);
