/** What must hold of riders whom a gate left without an answer when it died: nobody of them pays twice. */
import { mayContinue } from '@vedong/travel';
import { lookOutSeconds } from '@vedong/validator/unanswered-taps';
import type { AcceptedTap } from './watch-replays.ts';
import type { World } from './world.ts';

/** A start takes a moment, in which codes are shown already. */
const startingSeconds = 5;

const tryOf = ({ tap }: AcceptedTap) => ({ slot: tap.ticket.slot, atMilliseconds: Date.parse(tap.at) });

/** Ids of accepted taps that another one stands for, but for those that the operator never gets. */
export const listContinued = (
  { acceptedByCard }: World['invariants'],
  uncounted: ReadonlySet<string> = new Set(),
): Set<string> =>
  new Set(
    [...acceptedByCard.values()]
      .flat()
      .flatMap(({ tap }) => (uncounted.has(tap.tapId) ? [] : (tap.continues ?? []))),
  );

/**
 * A tap that was never answered, and the next one of that card at that gate, shown soon after the start: the second is
 * marked, or the first code got its answer. The operator takes every mark of an honest gate for true.
 */
export function checkSecondTries({ invariants, operator, validators }: World): void {
  const { acceptedByCard, answered, fail } = invariants;
  const continued = listContinued(invariants);
  for (const { tapId, continues } of operator.falseMarksById.values())
    fail('trips', `tap ${tapId} stands for ${continues}, and the operator does not believe it`);
  const startsOf = new Map(validators.map(({ validatorId, state }) => [validatorId, state.startedAt]));
  for (const taps of acceptedByCard.values()) {
    for (const [index, lost] of taps.entries()) {
      if (answered.has(lost.tap.tapId) || continued.has(lost.tap.tapId)) continue;
      const next = taps.slice(index + 1).find(({ tap }) => tap.gateId === lost.tap.gateId);
      if (!next || next.tap.continues !== undefined || !mayContinue(tryOf(lost), tryOf(next))) continue;
      const starts = startsOf.get(lost.validatorId)!.filter((at) => at >= lost.at && at <= next.at);
      const sinceStart = (next.at - (starts[0] ?? 0)) / 1000;
      if (starts.length !== 1 || sinceStart > lookOutSeconds - startingSeconds) continue;
      fail('I3', `${lost.tap.gateId} died with tap ${lost.tap.tapId}, and tap ${next.tap.tapId} pays again`);
    }
  }
}
