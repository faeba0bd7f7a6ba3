/** Why a trip costs its rider what it does, in a few words. */
import type { Pass } from '@vedong/contracts/money';
import type { RiderTrip } from '@vedong/contracts/rider-trip';
import { passName } from './local-words.ts';
import { moneyWords } from './money-words.ts';

/** Null where nobody has said; `passes` are the card's. */
export function tripReason({ settled, state }: RiderTrip, passes: readonly Pass[]): string | null {
  if (!settled) return null;
  const t = moneyWords.value;
  const { applied, caps, passId } = settled;
  if (applied === 'pass') {
    const pass = passes.find((held) => held.passId === passId);
    return pass ? passName(pass) : t.reasons.pass;
  }
  if (applied === 'incomplete') {
    return state === 'missing_entry' ? t.noEntry : state === 'missing_exit' ? t.noExit : t.reasons.incomplete;
  }
  const period = caps.find((cap) => cap.applied)?.period;
  return applied === 'cap' && period ? t.caps[period] : t.reasons[applied];
}
