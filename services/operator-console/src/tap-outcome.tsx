/** A tap's verdict: accepted, or refused and why. */
import type { OperatorTap } from '@vedong/contracts';
import { say } from './language.ts';
import { StateBadge } from './state-badge.tsx';
import { outcomes, reasons } from './words.ts';

export function TapOutcome({ tap: { outcome, reason } }: { tap: OperatorTap }) {
  return (
    <>
      <StateBadge state={outcomes[outcome]} /> {reason && say(reasons[reason])}
    </>
  );
}
