/** Why a tap was refused. Every refusal has exactly one reason. */
import { ticketReasons } from '@vedong/ticket';

/** Reasons in the order of the checks that give them (FORMAT.md of the ticket package, "Checking"). */
export const reasons = [
  ...ticketReasons,
  'out_of_scope',
  'not_covered',
  'replayed',
  'passback',
  // Not the ticket's fault: the gate's class lets nobody, or nobody more, through while something is wrong.
  'gate_closed',
  'offline_limit',
] as const;

export type Reason = (typeof reasons)[number];
