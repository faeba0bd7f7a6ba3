/** The words for taps that contradict each other, which operator, issuer and pages share. */
import { z } from 'zod';

/** What kind of contradiction; the first three are about a card, the others about a validator. */
export const conflictClasses = ['copy', 'shared_card', 'reentry', 'clock', 'broken_chain'] as const;
export const conflictClass = z
  .enum(conflictClasses)
  .describe(
    'copy: one slot at two gates; shared_card: faster than anybody travels; reentry: in while inside, or too soon at one place; clock: a validator’s times cannot be; broken_chain: its journal was changed, lacks records or has a double',
  );
export type ConflictClass = z.output<typeof conflictClass>;
