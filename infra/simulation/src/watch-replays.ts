/** The replay rule seen from outside: no two accepted taps of a card may contradict it where a memory could have known. */
import type { Tap } from '@vedong/travel';
import type { Scheduler } from './scheduler.ts';
import type { SharedStore } from './shared-store.ts';
import type { SimulatedValidator } from './validator-process.ts';

/** What the guards and the slots of a ticket are made for; see `claimLifetimeSeconds` of the validator. */
const clockToleranceMilliseconds = 30_000;
/** Taps under way at one moment may be written in another order than they were judged in. */
const underWayMilliseconds = 1000;

/** An accepted tap, when the disk had it by true time. */
export interface AcceptedTap {
  tap: Tap & { ticket: NonNullable<Tap['ticket']> };
  validatorId: string;
  at: number;
}

interface Watched {
  validators: readonly SimulatedValidator[];
  store: SharedStore;
  scheduler: Scheduler;
  fail: (invariant: 'I2' | 'old_code', what: string) => void;
}

export function watchReplays({ validators, store, scheduler, fail }: Watched) {
  const acceptedByCard = new Map<string, AcceptedTap[]>();
  /** Gates whose clock has been where no guard can help. */
  const clockTrouble = new Set<string>();

  function note(validatorId: string, { ticket, ...tap }: Tap): void {
    if (tap.outcome === 'accepted' && ticket) noteAccepted(validatorId, { ...tap, ticket });
  }

  function noteAccepted(validatorId: string, tap: AcceptedTap['tap']): void {
    const { issuer, cardRef } = tap.ticket;
    const card = `${issuer}.${cardRef}`;
    const taken = { tap, validatorId, at: scheduler.now() };
    const before = acceptedByCard.get(card) ?? [];
    for (const earlier of before) checkReplay(earlier, taken);
    acceptedByCard.set(card, [...before, taken]);
  }

  /** The replay rule between any two accepted taps of a card, wherever a common memory could have known both. */
  function checkReplay(earlier: AcceptedTap, later: AcceptedTap): void {
    const isNewer = later.tap.ticket.slot > earlier.tap.ticket.slot;
    const isSame = later.tap.ticket.slot === earlier.tap.ticket.slot;
    const areUnderWay = later.at - earlier.at < underWayMilliseconds;
    if (isNewer || (areUnderWay && !isSame)) return;
    const what = `slot ${later.tap.ticket.slot} at ${later.tap.gateId} after ${earlier.tap.ticket.slot} at ${earlier.tap.gateId}`;
    const hasTrouble = clockTrouble.has(earlier.validatorId) || clockTrouble.has(later.validatorId);
    if (earlier.validatorId === later.validatorId) {
      if (!hasTrouble) fail('old_code', `${what}, one validator`);
      return;
    }
    const isShared = earlier.tap.guard === 'redis' && later.tap.guard === 'redis';
    const wasLost = store.lastLossAt() >= earlier.at - underWayMilliseconds;
    if (isShared && !wasLost && !hasTrouble) fail('I2', `${what}, both by the shared memory`);
  }

  function noteClocks(): void {
    for (const { validatorId, clock } of validators) {
      if (Math.abs(clock.errorMilliseconds()) > clockToleranceMilliseconds) clockTrouble.add(validatorId);
    }
  }

  return {
    note,
    noteClocks,
    acceptedByCard,
    hadClockTrouble: (validatorId: string): boolean => clockTrouble.has(validatorId),
  };
}
