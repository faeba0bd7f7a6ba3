/** Finds taps whose times cannot be: read in the future, or at a moment at which no gate takes their slot. Pure. */
import type { Finding } from '@vedong/contracts';
import { secondsOffSlot, type ConflictLimits } from './find-conflicts.ts';
import type { StorableRecord } from './judge-record.ts';

export interface ClockTrouble {
  serviceDay: string;
  findings: Finding[];
  firstAtMilliseconds: number;
}

/**
 * By service day, in the order of the journal. A refused tap counts where it comes from the future: a gate whose clock
 * is ahead refuses everybody. Its slot does not, as a rider may show any old code.
 */
export function findClockTrouble(
  records: readonly StorableRecord[],
  nowMilliseconds: number,
  limits: Pick<ConflictLimits, 'clockToleranceSeconds' | 'slotToleranceSeconds'>,
): ClockTrouble[] {
  const found = records.flatMap(({ tap }) => {
    const { atMilliseconds, ticket, tapId, outcome } = tap;
    const ahead = Math.ceil((atMilliseconds - nowMilliseconds) / 1000);
    if (ahead > limits.clockToleranceSeconds)
      return [{ tap, finding: clockFinding('from_future', tapId, ahead) }];
    if (outcome !== 'accepted' || !ticket) return [];
    const off = secondsOffSlot({ atMilliseconds, slot: ticket.slot });
    if (Math.abs(off) <= limits.slotToleranceSeconds) return [];
    return [{ tap, finding: clockFinding('slot_disagrees', tapId, off) }];
  });
  return [...Map.groupBy(found, ({ tap }) => tap.serviceDay)].map(([serviceDay, ofDay]) => ({
    serviceDay,
    findings: ofDay.map(({ finding }) => finding),
    firstAtMilliseconds: Math.min(...ofDay.map(({ tap }) => tap.atMilliseconds)),
  }));
}

const clockFinding = (rule: Finding['rule'], tapId: string, seconds: number): Finding => ({
  rule,
  tapIds: [tapId],
  metres: null,
  seconds,
  expectedSeq: null,
  firstSeq: null,
});
