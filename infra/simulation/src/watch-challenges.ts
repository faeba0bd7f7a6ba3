/** Gates that insist on their own code, seen from outside: what they displayed, to whom, and who may answer it. */
import type { TrustedClock } from '@vedong/validator/clock/trusted-clock';
import { challengeLifetimeSeconds } from '@vedong/validator/challenges';
import type { Code } from './phones.ts';
import type { Scheduler } from './scheduler.ts';
import type { SimulatedValidator } from './validator-process.ts';

/** A clock may drift by as much over a challenge's life, and a tap takes a moment. */
const marginMilliseconds = 1000;

interface Display {
  gateId: string;
  /** When it was first displayed, true time. */
  at: number;
  /** Of the process that displayed it: the next one knows nothing of it. */
  clock: TrustedClock | null;
}

interface Answering {
  validator: SimulatedValidator;
  gateId: string;
  code: Code;
}

interface Watched {
  validators: readonly SimulatedValidator[];
  scheduler: Scheduler;
  fail: (invariant: 'challenge', what: string) => void;
}

export function watchChallenges({ validators, scheduler, fail }: Watched) {
  const asking = new Set(
    validators.flatMap(({ gates }) => gates.filter(({ challenge }) => challenge).map(({ gateId }) => gateId)),
  );
  const displays = new Map<string, Display>();
  /** By challenge, whose code answered it: a card in a slot. */
  const shownBy = new Map<string, Set<string>>();
  const acceptedBy = new Map<string, string>();

  /** Somebody's phone has read it off the gate. */
  function noteDisplay(challenge: string, { gateId, clock }: Omit<Display, 'at'>): void {
    if (!displays.has(challenge)) displays.set(challenge, { gateId, clock, at: scheduler.now() });
  }

  /** To be called as a code is read. */
  function watchAnswer({ validator, gateId, code }: Answering) {
    const { challenge } = code;
    const use = `${code.cardRef} ${code.slot}`;
    const display = challenge === null ? undefined : displays.get(challenge);
    const age = display ? scheduler.now() - display.at : Infinity;
    const isHere = display?.gateId === gateId;
    const isKnown = isHere && display.clock === validator.clock();
    if (challenge !== null) shownBy.set(challenge, (shownBy.get(challenge) ?? new Set()).add(use));
    return {
      /** Whether it answers the gate as it should, and nobody else has answered the same. */
      isGood: (): boolean =>
        !asking.has(gateId) ||
        (isKnown &&
          age < challengeLifetimeSeconds * 1000 - marginMilliseconds &&
          shownBy.get(challenge!)!.size === 1),
      accepted(): void {
        if (!asking.has(gateId)) return;
        const name = `${gateId} accepted ${use}, which answers`;
        if (challenge === null || !isHere) return fail('challenge', `${name} nothing that it displayed`);
        if (age > challengeLifetimeSeconds * 1000 + marginMilliseconds) {
          fail('challenge', `${name} what it displayed ${age} ms ago`);
        }
        const first = acceptedBy.get(challenge) ?? use;
        acceptedBy.set(challenge, first);
        if (first !== use) fail('challenge', `${name} the same as ${first}`);
      },
    };
  }

  return { asks: (gateId: string) => asking.has(gateId), noteDisplay, watchAnswer };
}
