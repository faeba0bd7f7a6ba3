/** The replay rule seen from outside: no two accepted taps of a card may contradict it where a memory could have known. */
import { slotAt, slotWindow } from '@vedong/ticket';
import type { Tap } from '@vedong/travel';
import { toleranceMilliseconds } from '@vedong/validator/clock/trusted-clock';
import type { JournalRow } from './disk.ts';
import type { SharedStore } from './shared-store.ts';

/** What the guards and the slots of a ticket are made for; see `claimLifetimeSeconds` of the validator. */
const clockToleranceMilliseconds = 30_000;
/** Over it a tap's time and the moment of its write may lie apart. */
const writingMilliseconds = 1000;
/** What a clock that is sure may be off, and that a slot may be early or late by, with the seconds a slot counts in. */
const sureMilliseconds = toleranceMilliseconds + writingMilliseconds;
/** Taps under way at one moment may be written in another order than they were judged in. */
const underWayMilliseconds = 1000;

/** An accepted tap, when the disk had it by true time. */
export interface AcceptedTap {
  tap: Tap & { ticket: NonNullable<Tap['ticket']> };
  validatorId: string;
  at: number;
  /** How far its gate's clock was ahead of true time; negative: behind. */
  clockErrorMilliseconds: number;
}

interface Watched {
  store: SharedStore;
  /** Told of each accepted tap, with those of its card before. */
  onAccepted: (before: readonly AcceptedTap[], taken: AcceptedTap) => void;
  onRefused: (tap: Tap) => void;
  fail: (invariant: 'I2' | 'old_code' | 'clock', what: string) => void;
}

export function watchReplays({ store, onAccepted, onRefused, fail }: Watched) {
  const acceptedByCard = new Map<string, AcceptedTap[]>();
  /** The latest time that each validator was sure of. */
  const sureTimes = new Map<string, number>();

  function note(validatorId: string, { tap: noted, writtenAt }: JournalRow): void {
    const { ticket, ...tap } = noted;
    checkClock(validatorId, tap);
    if (tap.outcome === 'rejected') onRefused(noted);
    else if (ticket) noteAccepted(validatorId, { ...tap, ticket }, writtenAt);
  }

  function noteAccepted(validatorId: string, tap: AcceptedTap['tap'], at: number): void {
    const { issuer, cardRef } = tap.ticket;
    const card = `${issuer}.${cardRef}`;
    const taken = { tap, validatorId, at, clockErrorMilliseconds: Date.parse(tap.at) - at };
    if (!tap.marks.includes('clock_unsure')) checkSlot(taken);
    const before = acceptedByCard.get(card) ?? [];
    for (const earlier of before) checkReplay(earlier, taken);
    onAccepted(before, taken);
    acceptedByCard.set(card, [...before, taken]);
  }

  /** No tap lies before the latest one of its validator whose clock was sure, whatever became of clocks in between. */
  function checkClock(validatorId: string, tap: Pick<Tap, 'at' | 'outcome' | 'marks' | 'gateId'>): void {
    const at = Date.parse(tap.at);
    const latest = sureTimes.get(validatorId) ?? 0;
    if (at < latest - sureMilliseconds) fail('clock', `a tap at ${tap.gateId} is ${latest - at} ms early`);
    // A refusal for another reason than its time does not say whether its clock was sure.
    if (tap.outcome === 'accepted' && !tap.marks.includes('clock_unsure')) {
      sureTimes.set(validatorId, Math.max(latest, at));
    }
  }

  /** A gate that is sure of its clock is right about it, and takes no slot but those of the true time. */
  function checkSlot({ tap, clockErrorMilliseconds: error, at }: AcceptedTap): void {
    const { slot } = tap.ticket;
    if (Math.abs(error) > sureMilliseconds) fail('clock', `${tap.gateId} is sure, and ${error} ms off`);
    const latest = slotAt((at + sureMilliseconds) / 1000) + slotWindow.aheadSlots;
    const earliest = slotAt((at - sureMilliseconds) / 1000) - slotWindow.behindSlots;
    if (slot > latest || slot < earliest) fail('clock', `${tap.gateId} is sure, and took slot ${slot}`);
  }

  /** The replay rule between any two accepted taps of a card, wherever a common memory could have known both. */
  function checkReplay(earlier: AcceptedTap, later: AcceptedTap): void {
    const isNewer = later.tap.ticket.slot > earlier.tap.ticket.slot;
    const isSame = later.tap.ticket.slot === earlier.tap.ticket.slot;
    const areUnderWay = later.at - earlier.at < underWayMilliseconds;
    if (isNewer || (areUnderWay && !isSame)) return;
    const what = `slot ${later.tap.ticket.slot} at ${later.tap.gateId} after ${earlier.tap.ticket.slot} at ${earlier.tap.gateId}`;
    if (earlier.validatorId === later.validatorId) {
      if (!isFarOff(earlier)) fail('old_code', `${what}, one validator`);
      return;
    }
    const hasTrouble = isFarOff(earlier) || isFarOff(later);
    const isShared = earlier.tap.guard === 'redis' && later.tap.guard === 'redis';
    const wasLost = store.lastLossAt() >= earlier.at - underWayMilliseconds;
    if (isShared && !wasLost && !hasTrouble) fail('I2', `${what}, both by the shared memory`);
  }

  return {
    note,
    acceptedByCard,
  };
}

/**
 * A code that was taken by an unsure clock far off may be good again when the clock is right, long after guards have
 * forgotten it. No clock policy helps a gate that nobody tells the time; the tap's mark says so.
 */
export const isFarOff = ({ tap, clockErrorMilliseconds }: AcceptedTap): boolean =>
  tap.marks.includes('clock_unsure') && Math.abs(clockErrorMilliseconds) > clockToleranceMilliseconds;
