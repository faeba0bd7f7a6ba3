/** What must hold once all is healed: the shared memory knows what was accepted without it, and gates know the time. */
import { claimLifetimeSeconds } from '@vedong/validator/replay/claim';
import type { AcceptedTap } from './watch-replays.ts';
import type { World } from './world.ts';

/** A tap of the last moments may still be on its way. */
const newMilliseconds = 20_000;
/** How much sooner than its lifetime a claim may be forgotten: telling counts in whole seconds. */
const marginSeconds = 10;

/** Whatever its machine's clock said meanwhile, a gate that could ask for the time many times is sure of it. */
export function checkClocks({ invariants, validators, scheduler }: World): void {
  for (const { validatorId, clock } of validators) {
    const error = (clock()?.nowMilliseconds() ?? scheduler.now()) - scheduler.now();
    if (clock()?.isUnsure()) invariants.fail('clock', `${validatorId} stays unsure, ${error} ms off`);
  }
}

/**
 * The shared memory has every live claim of those who ask it, or a later one of the card. A slot lives from its first
 * taking on, by whomever: of a second one the shared memory keeps nothing longer.
 */
export function checkTold({ invariants, store, validators, scheduler }: World): void {
  invariants.readJournals();
  const now = scheduler.now();
  const asking = new Set(validators.filter((one) => one.usesRedis).map((one) => one.validatorId));
  const hasEnded = ({ at }: AcceptedTap) => at <= now - (claimLifetimeSeconds - marginSeconds) * 1000;
  for (const [card, taps] of invariants.acceptedByCard) {
    const known = store.find(card)?.slot ?? 0;
    for (const { tap, validatorId, at } of taps) {
      const { slot } = tap.ticket;
      if (!asking.has(validatorId) || at >= now - newMilliseconds || slot <= known) continue;
      if (taps.some((one) => one.tap.ticket.slot === slot && hasEnded(one))) continue;
      invariants.fail(
        'I2',
        `the shared memory was never told that ${tap.gateId} took slot ${slot} of ${card}`,
      );
    }
  }
}
