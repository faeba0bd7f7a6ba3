/** Every second: keeps the clock's mark and tries the disk; now and then asks for the time and reports to the operator. */
import type { DatabaseSync } from 'node:sqlite';
import { askTime, type OperatorPosition } from './clock/ask-time.ts';
import { keepMark } from './clock/keep-mark.ts';
import type { TrustedClock } from './clock/trusted-clock.ts';
import type { ValidatorConfig } from './config.ts';
import type { OwnState } from './describe-state.ts';
import type { JournalHealth } from './journal/health.ts';
import { keepEnrolment } from './journal/recover.ts';
import type { Identity } from './trust/identity.ts';
import type { Knowledge } from './trust/knowledge.ts';

const everyMilliseconds = 1000;
/** How often the mark is kept while the disk works; one that fails is tried every second. */
const markEverySeconds = 10;
/** Time is asked for, and the state reported, once in so many refreshes, and at once when the state changes. */
const askEveryRefreshes = 3;
/** A start waits so long for the first answer, so that its first taps are judged by a sure clock where there is one. */
const firstAnswerMilliseconds = 1000;

export interface WatchParts {
  config: Pick<ValidatorConfig, 'OPERATOR_URL' | 'ISSUER_URL' | 'REFRESH_SECONDS' | 'DATA_FOLDER'>;
  db: DatabaseSync;
  clock: TrustedClock;
  identity: Identity;
  knowledge: Knowledge;
  health: JournalHealth;
  state: OwnState;
  onPosition: (position: OperatorPosition) => void;
}

export async function watchOwnState(parts: WatchParts): Promise<{ stop: () => void }> {
  const { config, db, clock, health, knowledge, state, onPosition } = parts;
  const askEverySeconds = config.REFRESH_SECONDS * askEveryRefreshes;
  let isAsking = false;
  let isStopped = false;
  let seconds = 0;
  let told = '';
  let isEnrolmentKept = false;

  async function ask(): Promise<void> {
    if (isAsking) return;
    isAsking = true;
    told = summary();
    await askTime({
      issuerUrl: config.ISSUER_URL,
      operatorUrl: config.OPERATOR_URL,
      identity: parts.identity,
      clock,
      validatorId: () => (isStopped ? null : (knowledge.enrolment()?.validatorId ?? null)),
      report: state.report,
      lastSignedSeconds: () => lastSignedSeconds(knowledge),
      onPosition: (position) => {
        if (!isStopped) onPosition(position);
      },
    });
    isAsking = false;
  }

  /** What staff should hear of at once. */
  const summary = (): string => `${state.degraded().join()} ${state.journalReport().state}`;

  function tick(): void {
    seconds += 1;
    if (!isEnrolmentKept) isEnrolmentKept = keepEnrolment(config.DATA_FOLDER, db);
    if (health.isFailing() || seconds % markEverySeconds === 0) {
      health.probe(() => keepMark(db, clock.highWaterMilliseconds()));
    }
    if (seconds % askEverySeconds === 0 || summary() !== told) void ask();
  }

  const first = ask();
  await Promise.race([first, new Promise((resolve) => setTimeout(resolve, firstAnswerMilliseconds).unref())]);
  const timer = setInterval(tick, everyMilliseconds);
  return {
    stop() {
      isStopped = true;
      clearInterval(timer);
      try {
        keepMark(db, clock.highWaterMilliseconds());
      } catch {
        // A disk that takes nothing: the mark of before stands.
      }
    },
  };
}

/** Bundles and lists say when they were signed; by then it was so late. */
const lastSignedSeconds = (knowledge: Knowledge): number =>
  Math.max(0, knowledge.trust()?.bundle.iat ?? 0, ...knowledge.lists.all().map(({ iat }) => iat));
