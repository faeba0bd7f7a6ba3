/** What may be given back, by which rule, and how many staff must agree. Pure: the day is an argument. */
import type { RefundOffer } from '@vedong/contracts';
import type { ServiceDay } from '@vedong/travel';

/**
 * Of a pass that was used: `days_left` gives its price by the days after today, rounded down to the dong;
 * `unused_only` gives nothing. One that was never used and has not ended is given back whole under both.
 */
export type PassRefundPolicy = 'days_left' | 'unused_only';

export interface RefundLimits {
  /** Refunds up to this are made at once, dong. */
  atOnceUpTo: number;
  /** Larger ones take a second member of staff. */
  onePersonUpTo: number;
}

export const approvalsNeeded = (amount: number, { atOnceUpTo, onePersonUpTo }: RefundLimits): 0 | 1 | 2 => {
  if (amount <= atOnceUpTo) return 0;
  return amount <= onePersonUpTo ? 1 : 2;
};

export interface RefundablePass {
  priceAmount: number;
  durationDays: number;
  isUsed: boolean;
  isGivenBack: boolean;
  endsEarlyOn: ServiceDay | null;
  lastDay: ServiceDay | null;
}

export interface PassOffer {
  amount: number;
  rule: RefundOffer['rule'];
}

/** What a pass is worth on `today`. */
export function offerForPass(pass: RefundablePass, today: ServiceDay, policy: PassRefundPolicy): PassOffer {
  if (pass.isGivenBack || pass.endsEarlyOn !== null) return { amount: 0, rule: 'given_back' };
  if (pass.lastDay !== null && pass.lastDay < today) return { amount: 0, rule: 'ended' };
  if (!pass.isUsed || pass.lastDay === null) return { amount: pass.priceAmount, rule: 'unused_whole' };
  if (policy === 'unused_only') return { amount: 0, rule: 'used_none' };
  const daysLeft = Temporal.PlainDate.from(today).until(pass.lastDay, { largestUnit: 'days' }).days;
  return { amount: Math.floor((pass.priceAmount * daysLeft) / pass.durationDays), rule: 'days_left' };
}
