/** Records that an honest validator may send and the operator must keep aside: of gates taken away, of clocks far off, of another version. */
import type { QuarantineCode } from '@vedong/operator/judge-record';
import { instantOf } from '@vedong/runtime/clock';
import type { Tap, TapTicket } from '@vedong/travel';
import { uuidAt, type Random } from './random.ts';

const dayMilliseconds = 86_400_000;

/** What a poisoned record is made from. */
export interface Soil {
  nowMilliseconds: number;
  gateId: string;
  /** A gate of another validator. */
  foreignGateId: string;
  /** The last good one in the same journal. */
  lastRefusal: Tap | undefined;
  ticket: TapTicket;
}

export type Poison = ReturnType<typeof createPoison>;

export function createPoison(random: Random) {
  /** By the text of the record, why it must be put aside. */
  const codes = new Map<string, QuarantineCode>();

  function make(soil: Soil): Tap {
    const { nowMilliseconds, gateId, foreignGateId, lastRefusal, ticket } = soil;
    const ride: Tap = {
      tapId: uuidAt(random, nowMilliseconds),
      gateId,
      at: instantOf(nowMilliseconds),
      outcome: 'accepted',
      guard: 'local',
      marks: [],
      ticket,
    };
    const { ticket: _, ...bare } = ride;
    const refusal: Tap = { ...bare, outcome: 'rejected', reason: 'malformed', guard: 'none' };
    const daysOff = random.pick([-61, 2]);
    const at = instantOf(nowMilliseconds + daysOff * dayMilliseconds);
    const kinds: { code: QuarantineCode; tap: Tap }[] = [
      { code: 'unknown_gate', tap: { ...ride, gateId: 'taken-away' } },
      { code: 'gate_of_another_validator', tap: { ...ride, gateId: foreignGateId } },
      { code: 'time_out_of_range', tap: { ...refusal, at, marks: ['clock_unsure'] } },
      { code: 'service_day_out_of_range', tap: { ...ride, ticket: { ...ticket, serviceDay: '2027-11-25' } } },
      { code: 'not_a_tap', tap: { ...refusal, reason: 'of_a_later_version' as 'malformed' } },
    ];
    // Of the same card and day, but another text: a copy to the letter would make the first one poison too.
    if (lastRefusal) kinds.push({ code: 'tap_id_reused', tap: { ...lastRefusal, marks: ['journal_full'] } });
    const { code, tap } = random.pick(kinds);
    codes.set(JSON.stringify(tap), code);
    return tap;
  }

  return { make, codeOf: (record: string): QuarantineCode | undefined => codes.get(record) };
}
