/** The time a gate judges by: what trusted parties last said, carried on by the monotonic clock; never back past its mark. */
import type { ClockReport } from '@vedong/contracts';
import type { Clock } from '@vedong/runtime/clock';

/** How far the gate's time may be off before it counts as unsure; well inside the window of a slot. */
export const toleranceMilliseconds = 10_000;
/** How fast a computer's clock may run wrong; 10 s in 27 hours, so a day without a network is sure. */
const driftPerMillisecond = 100e-6;
/** An answer that took longer says too little. */
const roundTripMostMilliseconds = 4000;

/** Who may tell the time: those from whom the gate takes its keys and its gates anyway. */
export type TimeSource = 'issuer' | 'operator';

/** A statement of the time, and when it was asked for and came, by the monotonic clock. */
export interface TimeStatement {
  source: TimeSource;
  /** The true time lay within these when the answer was made. */
  earliestMilliseconds: number;
  latestMilliseconds: number;
  askedAt: number;
  answeredAt: number;
}

export interface TrustedClock extends Clock {
  /** Takes a statement of the time, unless it contradicts what is known. */
  take(statement: TimeStatement): void;
  /** Something genuine was signed at this time, so it is not earlier. */
  notBefore(milliseconds: number): void;
  isUnsure(): boolean;
  report(): ClockReport;
  /** The mark to keep for the next start; null while nothing is sure. */
  highWaterMilliseconds(): number | null;
}

/** The time at a moment of the monotonic clock, and by how much it may be wrong there. */
interface Reading {
  at: number;
  milliseconds: number;
  errorMilliseconds: number;
}

/**
 * Until somebody has told the time, the machine's clock as it was at the start is carried on, raised to the mark.
 * @param markMilliseconds the latest sure time of the last run, or null
 */
export function createTrustedClock(machine: Clock, markMilliseconds: number | null): TrustedClock {
  const startedAt = machine.monotonicMilliseconds();
  const atStart: Reading = {
    at: startedAt,
    milliseconds: machine.nowMilliseconds(),
    errorMilliseconds: Infinity,
  };
  const told = new Map<TimeSource, Reading>();
  let floor: Reading = { at: startedAt, milliseconds: markMilliseconds ?? 0, errorMilliseconds: 0 };
  let reference: Reading | null = null;
  /** Somebody said something else than what is gone by. */
  let isDisputed = false;

  const at = (reading: Reading, moment: number) => reading.milliseconds + (moment - reading.at);
  const errorAt = (reading: Reading, moment: number) =>
    reading.errorMilliseconds + (moment - reading.at) * driftPerMillisecond;
  const agree = (one: Reading, other: Reading): boolean => {
    const allowed = toleranceMilliseconds + errorAt(one, other.at) - one.errorMilliseconds;
    return Math.abs(at(one, other.at) - other.milliseconds) <= allowed;
  };

  function read({ earliestMilliseconds, latestMilliseconds, askedAt, answeredAt }: TimeStatement): Reading {
    const earliest = earliestMilliseconds;
    const latest = latestMilliseconds + (answeredAt - askedAt);
    // A machine's clock that fits what was said is finer than what was said.
    const milliseconds = Math.min(Math.max(machine.nowMilliseconds(), earliest), latest);
    return { at: answeredAt, milliseconds, errorMilliseconds: latest - earliest };
  }

  const isContradicted = (reading: Reading): boolean =>
    at(floor, reading.at) - reading.milliseconds >
    toleranceMilliseconds + (reading.at - floor.at) * driftPerMillisecond;

  const nowAt = (moment: number): number =>
    Math.round(Math.max(at(reference ?? atStart, moment), at(floor, moment)));
  const now = () => nowAt(machine.monotonicMilliseconds());

  function isUnsure(): boolean {
    if (reference === null || isDisputed || isContradicted(reference)) return true;
    return errorAt(reference, machine.monotonicMilliseconds()) > toleranceMilliseconds;
  }

  return {
    nowMilliseconds: now,
    monotonicMilliseconds: () => machine.monotonicMilliseconds(),
    isUnsure,

    take(statement) {
      if (statement.answeredAt - statement.askedAt > roundTripMostMilliseconds) return;
      const reading = read(statement);
      const others = [...told].filter(([source]) => source !== statement.source).map(([, said]) => said);
      told.set(statement.source, reading);
      const isBelieved =
        !isContradicted(reading) &&
        (reference === null ? others : [reference, ...others]).every((known) => agree(known, reading));
      // Two who agree against what was gone by are right: the machine slept, or was wrong at first.
      const isConfirmed = !isContradicted(reading) && others.some((said) => agree(said, reading));
      isDisputed = !isBelieved && !isConfirmed;
      if (!isDisputed) reference = reading;
    },

    notBefore(milliseconds) {
      const moment = machine.monotonicMilliseconds();
      if (milliseconds > at(floor, moment)) floor = { at: moment, milliseconds, errorMilliseconds: 0 };
    },

    report: () => ({
      state: isUnsure() ? 'unsure' : 'trusted',
      offsetMilliseconds: reference === null ? null : Math.round(machine.nowMilliseconds() - now()),
      ageSeconds:
        reference === null ? null : Math.floor((machine.monotonicMilliseconds() - reference.at) / 1000),
    }),

    highWaterMilliseconds: () => (isUnsure() ? null : now()),
  };
}
