/** One reading of a ticket at a gate, as the validator's journal keeps it and the operator receives it. */
import { degradedConditions } from './gate-class.ts';
import type { Reason } from './reason.ts';
import type { ServiceDay } from './service-day.ts';

/** Which memory decided about replay: Redis, the validator's own, or none because the tap was refused before. */
export const guards = ['redis', 'local', 'none'] as const;
export type Guard = (typeof guards)[number];

/** A degraded condition under which a tap was judged; the operator sees it on the tap. */
export const tapMarks = [
  /** No status list of the ticket's day was at hand. */
  'status_unchecked',
  /** Fewer replicas than the policy asks for hold the claim. */
  'claim_unreplicated',
  /** Redis was new, and may not have been told of what was accepted before. */
  'claims_forgotten',
  /** The rider's second try: the gate died before it answered the tap that `continues` names. */
  'after_stop',
  ...degradedConditions,
] as const;
export type TapMark = (typeof tapMarks)[number];

/** What the signatures vouched for. A refused tap has none when the refusal came before they were checked. */
export interface TapTicket {
  profile: 'S' | 'D';
  issuer: number;
  keyNo: number;
  /** 16 lower-case hex digits. */
  cardRef: string;
  serviceDay: ServiceDay;
  slot: number;
  concession: number;
  product: number;
  scope: number;
}

export interface Tap {
  /** UUID, made by the validator. */
  tapId: string;
  gateId: string;
  /** When the gate read it, RFC 3339 with milliseconds. */
  at: string;
  outcome: 'accepted' | 'rejected';
  /** Present exactly when rejected. */
  reason?: Reason;
  guard: Guard;
  marks: TapMark[];
  /** `policyName` of what let it through, or did not, where a mark asked for it. */
  policy?: string;
  /** Present exactly with the mark `after_stop`: the accepted tap of this card at this gate that this one stands for. */
  continues?: string;
  ticket?: TapTicket;
}
