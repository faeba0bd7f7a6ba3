/** After a restart the journal is what own memory knew: accepted claims, and codes that another memory called used. */
import type { Tap, TapTicket } from '@vedong/travel';
import { claimLifetimeSeconds, passageLifetimeSeconds, type Claim } from './claim.ts';
import type { LocalGuard } from './local-guard.ts';

/** A reading point that no gate has: its claims are repeated nowhere. */
const elsewhere = 'another/one';

/** How much of the journal is read: as long as a claim lives, or a passage under the longest rule at hand. */
export const restoredSeconds = (longestRuleSeconds: number): number =>
  Math.max(claimLifetimeSeconds, passageLifetimeSeconds(longestRuleSeconds));

/** Everything restored counts for a whole lifetime from now, as the clock may have been set while we were away. */
export function restoreGuard(
  local: LocalGuard,
  taps: readonly Tap[],
  claimOf: (tap: Tap & { ticket: TapTicket }) => Claim,
): void {
  const hasTicket = (tap: Tap): tap is Tap & { ticket: TapTicket } => tap.ticket !== undefined;
  for (const tap of taps.filter(hasTicket)) {
    if (tap.outcome === 'accepted') local.learn(claimOf(tap), { isTold: false });
    // Used by then at the latest, here or elsewhere: where is not recorded.
    else if (tap.reason === 'replayed') {
      const { card, slot, tapId, atSeconds } = claimOf(tap);
      local.learnUsed({ card, slot, tapId, atSeconds, validator: elsewhere });
    }
  }
}
