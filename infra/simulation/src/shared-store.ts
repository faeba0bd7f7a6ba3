/** Redis as validators share it: the pure rules of replay and anti-passback, which the Lua scripts are proved equal to, behind a network. */
import { judgeReplay, repeatWindowSeconds } from '@vedong/ticket';
import {
  passageLifetimeSeconds,
  type Claim,
  type ClaimAnswer,
  type RememberedPassage,
} from '@vedong/validator/replay/claim';
import type { LiveClaim } from '@vedong/validator/replay/local-guard';
import { passageOf } from '@vedong/validator/replay/passages';
import type { ToldAnswer } from '@vedong/validator/replay/tell-script';

/**
 * One server with its own clock; a claim is kept for `lifetimeSeconds` of it.
 * @param tellingOverwrites the planted mistake of taking a late claim for the newest
 */
export function createSharedStore(
  nowMilliseconds: () => number,
  lifetimeSeconds: number,
  tellingOverwrites = false,
) {
  let claims = new Map<string, { claim: Claim; endsAt: number }>();
  let passages = new Map<string, { passage: RememberedPassage; keptAt: number; endsAt: number }>();
  let lastLossAt = Number.NEGATIVE_INFINITY;
  /** By card, every claim that was ever kept, also where its gate never heard so and refused. */
  const history = new Map<string, { tapId: string; at: number }[]>();
  const note = ({ card, tapId }: Claim): void => {
    history.set(card, [...(history.get(card) ?? []), { tapId, at: nowMilliseconds() }]);
  };
  let connections = 1;
  const endsAfter = (seconds: number) => nowMilliseconds() + seconds * 1000;
  const find = (card: string): Claim | undefined => {
    const kept = claims.get(card);
    return kept && kept.endsAt > nowMilliseconds() ? kept.claim : undefined;
  };
  const keepPassage = (card: string, passage: RememberedPassage, { passage: at }: Claim): void => {
    const endsAt = endsAfter(passageLifetimeSeconds(at?.rule.seconds ?? 0));
    passages.set(card, { passage, keptAt: nowMilliseconds(), endsAt });
  };
  return {
    isUp: true,
    find,
    /** Ids of the taps whose claims on a card were kept since a moment. */
    claimedSince: (card: string, moment: number): string[] =>
      (history.get(card) ?? []).filter(({ at }) => at >= moment).map(({ tapId }) => tapId),
    /** Another number: every connection of before is closed. */
    connections: () => connections,
    disconnect(): void {
      connections += 1;
    },
    /** When claims were last lost, true time. */
    lastLossAt: () => lastLossAt,
    lose() {
      lastLossAt = nowMilliseconds();
      claims = new Map();
      passages = new Map();
    },
    /** A replica takes over that lacks the newest claims. */
    loseSince(milliseconds: number) {
      lastLossAt = nowMilliseconds();
      const oldest = milliseconds + lifetimeSeconds * 1000;
      claims = new Map([...claims].filter(([, { endsAt }]) => endsAt < oldest));
      passages = new Map([...passages].filter(([, { keptAt }]) => keptAt < milliseconds));
      connections += 1;
    },
    claim(claim: Claim): ClaimAnswer {
      const last = find(claim.card);
      if (last?.tapId === claim.tapId) return { answer: 'accepted' };
      const answer = judgeReplay(last, claim);
      if (answer !== 'accepted') return { answer, last: last! };
      const kept = passages.get(claim.card);
      const before = kept && kept.endsAt > nowMilliseconds() ? kept.passage : undefined;
      const passage = passageOf(before, claim);
      if (passage === null) return { answer: 'passback', last: before! };
      claims.set(claim.card, { claim, endsAt: endsAfter(lifetimeSeconds) });
      note(claim);
      if (passage) keepPassage(claim.card, passage, claim);
      else passages.delete(claim.card);
      return { answer };
    },
    tell({ claim, passage, secondsLeft }: LiveClaim): ToldAnswer {
      const last = find(claim.card);
      if (last?.tapId === claim.tapId) return 'known';
      if (last?.slot === claim.slot) return 'conflict';
      if (last && last.slot > claim.slot && !tellingOverwrites) return 'superseded';
      claims.set(claim.card, { claim, endsAt: endsAfter(secondsLeft) });
      note(claim);
      if (passage) keepPassage(claim.card, passage, claim);
      return 'told';
    },
  };
}
export type SharedStore = ReturnType<typeof createSharedStore>;

if (repeatWindowSeconds > 5) throw new Error('The riders of the simulation scan twice within 5 seconds.');
