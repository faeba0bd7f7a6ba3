/** Reads one journal record and says whether its tap can be kept as a tap or must be put aside. Pure. */
import { tap as tapSchema } from '@vedong/contracts';
import { addServiceDays, serviceDayAt, type ServiceCalendar, type ServiceDay } from '@vedong/travel';
import { z } from 'zod';

/** Why a record is kept aside, unread by anything else. */
export type QuarantineCode =
  | 'not_json'
  | 'not_a_tap'
  /** No tap: the validator says that its journal was damaged and cut back. */
  | 'journal_cut'
  | 'unknown_gate'
  | 'gate_of_another_validator'
  | 'time_out_of_range'
  | 'service_day_out_of_range'
  | 'tap_id_reused';

/** What a validator writes into its journal where it was damaged; everything after it is linked to it. */
const cutNote = z.object({ note: z.literal('journal_cut'), keptSeq: z.int(), setAside: z.int() });

/** A tap with the key under which it is stored. */
export interface KeyedTap extends z.output<typeof tapSchema> {
  /** The ticket's, or the day of the tap where nothing of the ticket was believed. */
  serviceDay: ServiceDay;
  /** Empty where nothing of the ticket was believed. */
  cardRef: string;
  atMilliseconds: number;
}

/** A record on its way into the store; `quarantine` says why it is not stored as a tap. */
export interface JournalRecord {
  seq: number;
  text: string;
  /** 64 hex digits. */
  chainHash: string;
  tap: KeyedTap | null;
  quarantine: QuarantineCode | null;
}
export type StorableRecord = JournalRecord & { tap: KeyedTap };

/** A gate may have been cut off for long and its clock may be wrong, but each service day becomes a partition. */
export const plausible = { daysBack: 60, daysAhead: 14, clockAheadMilliseconds: 86_400_000 } as const;

/** The tap of a record, or why it is none. Never throws. */
export function readRecord(
  record: string,
  dayAt: (milliseconds: number) => ServiceDay,
): KeyedTap | 'not_json' | 'not_a_tap' | 'journal_cut' {
  let content: unknown;
  try {
    content = JSON.parse(record);
  } catch {
    return 'not_json';
  }
  const parsed = tapSchema.safeParse(content);
  if (!parsed.success) return cutNote.safeParse(content).success ? 'journal_cut' : 'not_a_tap';
  const tap = parsed.data;
  const atMilliseconds = Date.parse(tap.at);
  return {
    ...tap,
    atMilliseconds,
    serviceDay: tap.ticket?.serviceDay ?? dayAt(atMilliseconds),
    cardRef: tap.ticket?.cardRef ?? '',
  };
}

export interface JudgeContext {
  validatorId: string;
  /** Which validator serves a gate. */
  validatorByGate: ReadonlyMap<string, string>;
  nowMilliseconds: number;
  calendar: ServiceCalendar;
}

/** Gives for each tap of a batch the reason to keep it aside, or null. */
export function createTapJudge(context: JudgeContext): (tap: KeyedTap) => QuarantineCode | null {
  const { nowMilliseconds, calendar } = context;
  const today = serviceDayAt(nowMilliseconds / 1000, calendar);
  const firstDay = addServiceDays(today, -plausible.daysBack);
  const lastDay = addServiceDays(today, plausible.daysAhead);
  const earliest = nowMilliseconds - plausible.daysBack * 86_400_000;
  const latest = nowMilliseconds + plausible.clockAheadMilliseconds;
  return ({ gateId, atMilliseconds, serviceDay }) => {
    const validator = context.validatorByGate.get(gateId);
    if (validator === undefined) return 'unknown_gate';
    if (validator !== context.validatorId) return 'gate_of_another_validator';
    if (atMilliseconds < earliest || atMilliseconds > latest) return 'time_out_of_range';
    return serviceDay < firstDay || serviceDay > lastDay ? 'service_day_out_of_range' : null;
  };
}

/** `serviceDayAt` that remembers: the day changes at a whole hour, and zone offsets are multiples of 15 minutes. */
export function rememberDays(calendar: ServiceCalendar): (milliseconds: number) => ServiceDay {
  const dayByQuarter = new Map<number, ServiceDay>();
  return (milliseconds) => {
    const quarter = Math.floor(milliseconds / 900_000);
    const day = dayByQuarter.get(quarter) ?? serviceDayAt(milliseconds / 1000, calendar);
    dayByQuarter.set(quarter, day);
    return day;
  };
}
