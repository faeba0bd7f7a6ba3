/** How a validator keeps its time: it asks issuer and operator, and keeps its mark; as watch-own-state.ts of the real one. */
import type { DatabaseSync } from 'node:sqlite';
import { keepMark } from '@vedong/validator/clock/keep-mark';
import type { TimeSource, TrustedClock } from '@vedong/validator/clock/trusted-clock';
import type { Knowledge } from '@vedong/validator/trust/knowledge';
import type { Line } from './network.ts';
import type { Scheduler } from './scheduler.ts';

const patienceMilliseconds = 4000;
/** Every three refreshes of 5 s. */
const askEveryMilliseconds = 15_000;
const markEveryMilliseconds = 10_000;
/** A start waits so long for the first answer. */
const firstAnswerMilliseconds = 1000;

interface Timekeeping {
  scheduler: Scheduler;
  lines: Record<TimeSource, Line>;
  clock: TrustedClock;
  db: DatabaseSync;
  knowledge: Knowledge;
  life: { isOver: boolean };
  isEnding: () => boolean;
}

/** `isOpen`: whether the first answer has come, or is no longer waited for. */
export function startTimekeeping(parts: Timekeeping): { isOpen: () => boolean } {
  const { scheduler, lines, clock, db, knowledge, life, isEnding } = parts;
  let isOpen = false;
  const isOver = () => life.isOver || isEnding();

  async function ask(source: TimeSource): Promise<void> {
    const askedAt = clock.monotonicMilliseconds();
    // A server's clock is right, and its Date header in whole seconds.
    const dateNow = () => Math.floor(scheduler.now() / 1000) * 1000;
    const second = await lines[source]
      .call(dateNow, patienceMilliseconds, () => new Error('no answer'))
      .catch(() => null);
    if (second === null || life.isOver) return;
    const answeredAt = clock.monotonicMilliseconds();
    clock.take({
      source,
      earliestMilliseconds: second,
      latestMilliseconds: second + 1000,
      askedAt,
      answeredAt,
    });
  }

  async function askBoth(): Promise<void> {
    const signed = [knowledge.trust()?.bundle.iat ?? 0, ...knowledge.lists.all().map(({ iat }) => iat)];
    clock.notBefore(Math.max(...signed) * 1000);
    await ask('issuer');
    await ask('operator');
  }

  const repeat = (milliseconds: number, act: () => void): void => {
    scheduler.after(milliseconds, () => {
      if (isOver()) return;
      act();
      repeat(milliseconds, act);
    });
  };
  const keep = (): void => {
    try {
      keepMark(db, clock.highWaterMilliseconds());
    } catch {
      // A full disk takes no mark, a dead process writes none.
    }
  };
  const open = (): void => {
    isOpen = true;
  };
  void askBoth().then(open);
  scheduler.after(firstAnswerMilliseconds, open);
  repeat(askEveryMilliseconds, () => void askBoth());
  repeat(markEveryMilliseconds, keep);
  return { isOpen: () => isOpen };
}
