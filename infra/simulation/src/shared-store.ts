/** Redis as validators share it: the pure replay rule, which the Lua script is proved equal to, behind a network. */
import { judgeReplay, repeatWindowSeconds } from '@vedong/ticket';
import type { Claim, ClaimAnswer } from '@vedong/validator/replay/claim';

/** One server with its own clock; a claim is kept for `lifetimeSeconds` of it. */
export function createSharedStore(nowMilliseconds: () => number, lifetimeSeconds: number) {
  let claims = new Map<string, { claim: Claim; endsAt: number }>();
  let lastLossAt = Number.NEGATIVE_INFINITY;
  return {
    isUp: true,
    /** When claims were last lost, true time. */
    lastLossAt: () => lastLossAt,
    lose() {
      lastLossAt = nowMilliseconds();
      claims = new Map();
    },
    /** A replica takes over that lacks the newest claims. */
    loseSince(milliseconds: number) {
      lastLossAt = nowMilliseconds();
      const oldest = milliseconds + lifetimeSeconds * 1000;
      claims = new Map([...claims].filter(([, { endsAt }]) => endsAt < oldest));
    },
    claim(claim: Claim): ClaimAnswer {
      const kept = claims.get(claim.card);
      const last = kept && kept.endsAt > nowMilliseconds() ? kept.claim : undefined;
      if (last?.tapId === claim.tapId) return { answer: 'accepted' };
      const answer = judgeReplay(last, claim);
      if (answer !== 'accepted') return { answer, last: last! };
      claims.set(claim.card, { claim, endsAt: nowMilliseconds() + lifetimeSeconds * 1000 });
      return { answer };
    },
  };
}
export type SharedStore = ReturnType<typeof createSharedStore>;

if (repeatWindowSeconds > 5) throw new Error('The riders of the simulation scan twice within 5 seconds.');
