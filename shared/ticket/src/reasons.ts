/** Why a ticket can be refused, in the order in which the checks are made. */

/** Checks 1 to 8 and the replay rule. What a gate itself can refuse (coverage, passback) is in @vedong/travel. */
export const ticketReasons = [
  'malformed',
  'unknown_issuer',
  'unknown_key',
  'key_revoked',
  'bad_signature',
  'bad_proof',
  'wrong_challenge',
  'not_yet_valid',
  'expired',
  'clock_ahead',
  'stale',
  'revoked',
  'suspended',
  'replayed',
] as const;

export type TicketReason = (typeof ticketReasons)[number];
