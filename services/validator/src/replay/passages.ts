/** Where each card was last accepted, for anti-passback: bounded, and forgetful of the oldest when it is full. */
import { judgePassback } from '@vedong/travel';
import { createEndings } from '../endings.ts';
import { passageLifetimeSeconds, type Claim, type RememberedPassage } from './claim.ts';

/** About 200 MB. A rule of minutes about few lines needs far less; what is forgotten too early lets a rider in. */
const passagesMost = 1_000_000;

interface Remembered {
  card: string;
  passage: RememberedPassage;
  slot: number;
  endsAt: number;
}

export interface Passages {
  find(card: string): RememberedPassage | undefined;
  /** Remembers an accepted claim; the passage of a later slot stays. */
  learn(claim: Claim): void;
}

/**
 * What to remember of a claim once it is accepted, or null where anti-passback refuses it. Undefined: no rule holds
 * there, and what was remembered of the card no longer matters.
 */
export function passageOf(
  last: RememberedPassage | undefined,
  { passage, atSeconds, validator, isSecondTry }: Claim,
): RememberedPassage | null | undefined {
  if (passage === undefined || passage.rule.seconds === 0) return undefined;
  const isSamePerson = isSecondTry && last?.validator === validator;
  const judged = judgePassback(last, { ...passage, atSeconds, isSamePerson });
  return judged.answer === 'passback' ? null : { ...judged.passage, validator };
}

export function createPassages(monotonicSeconds: () => number, capacity = passagesMost): Passages {
  const passages = new Map<string, Remembered>();
  const endings = createEndings<Remembered>();

  function find(card: string): RememberedPassage | undefined {
    const known = passages.get(card);
    return known && known.endsAt > monotonicSeconds() ? known.passage : undefined;
  }

  /** Forgets what has ended by now, and the oldest of what has not where there is no room. */
  function makeRoom(): void {
    const time = () => (passages.size >= capacity ? Number.POSITIVE_INFINITY : monotonicSeconds());
    for (let one = endings.takeEnded(time()); one !== undefined; one = endings.takeEnded(time()))
      if (passages.get(one.card) === one) passages.delete(one.card);
  }

  return {
    find,
    learn(claim) {
      if (claim.passage === undefined) return;
      const last = find(claim.card);
      if (last !== undefined && passages.get(claim.card)!.slot > claim.slot) return;
      const judged = passageOf(last, claim);
      // Accepted by a memory that knew better than this one: the card begins anew here.
      const passage = judged === null ? passageOf(undefined, claim) : judged;
      passages.delete(claim.card);
      if (!passage) return;
      makeRoom();
      const endsAt = monotonicSeconds() + passageLifetimeSeconds(claim.passage.rule.seconds);
      const remembered = { card: claim.card, passage, slot: claim.slot, endsAt };
      passages.set(claim.card, remembered);
      endings.add(remembered, endsAt);
    },
  };
}
