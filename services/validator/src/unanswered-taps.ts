/** After a stop that was not clean: riders of whom a tap is on disk, and who may never have been answered. */
import { repeatWindowSeconds } from '@vedong/ticket';
import { mayContinue, type Tap, type TapTicket } from '@vedong/travel';

/** For how long after the start: the rider stands there, and sees the gate come back. */
export const lookOutSeconds = 120;

/** One scan of a code at a gate. */
export interface Scanned {
  gate: { gateId: string };
  atMilliseconds: number;
}
type Code = Pick<TapTicket, 'issuer' | 'cardRef' | 'slot'>;

export interface UnansweredTaps {
  restore: (taps: readonly Tap[]) => void;
  /**
   * Has a code judged as a second try of the tap that it stands for: until one was accepted, and once only. Looks no
   * further where the last stop left none.
   */
  judge: <Reading extends Scanned, Answer extends Pick<Tap, 'outcome'>>(
    reading: Reading,
    code: Code,
    judgeUse: (reading: Reading & { continued?: Tap }) => Promise<Answer>,
  ) => Promise<Answer>;
  /** The tap whose very code is shown again: its first answer is due, once and to a scanner that reads twice. */
  findAgain: (reading: Scanned, code: Code, tapId: string) => Tap | undefined;
}

interface Left {
  tap: Tap & { ticket: TapTicket };
  isTaken: boolean;
  /** When its first answer was given again. */
  givenAtSeconds?: number;
}

export function createUnansweredTaps(monotonicSeconds: () => number): UnansweredTaps {
  /** By card and gate; nearly always none at all. */
  const left = new Map<string, Left[]>();
  let endsAt = 0;

  function isOver(): boolean {
    if (left.size > 0 && monotonicSeconds() > endsAt) left.clear();
    return left.size === 0;
  }

  function findOpen({ gate, atMilliseconds }: Scanned, code: Code): Left | undefined {
    const again = { slot: code.slot, atMilliseconds };
    const ofCard = left.get(keyOf(code, gate.gateId)) ?? [];
    return ofCard.find(({ tap, isTaken }) => !isTaken && mayContinue(tryOf(tap), again));
  }

  return {
    restore(taps) {
      endsAt = monotonicSeconds() + lookOutSeconds;
      for (const tap of taps) {
        const { gateId, ticket } = tap;
        if (!ticket) continue;
        const key = keyOf(ticket, gateId);
        left.set(key, [...(left.get(key) ?? []), { tap: { ...tap, ticket }, isTaken: false }]);
      }
    },
    async judge(reading, code, judgeUse) {
      const one = isOver() ? undefined : findOpen(reading, code);
      if (!one) return judgeUse(reading);
      // Nobody else may pass as the same rider meanwhile.
      one.isTaken = true;
      let isAccepted = false;
      try {
        const answer = await judgeUse({ ...reading, continued: one.tap });
        isAccepted = answer.outcome === 'accepted';
        return answer;
      } finally {
        one.isTaken = isAccepted;
      }
    },
    findAgain({ gate }, code, tapId) {
      if (isOver()) return undefined;
      const one = left
        .get(keyOf(code, gate.gateId))
        ?.find(({ tap }) => tap.tapId === tapId && tap.ticket.slot === code.slot);
      if (!one) return undefined;
      const now = monotonicSeconds();
      const isReadTwice = one.givenAtSeconds !== undefined && now - one.givenAtSeconds <= repeatWindowSeconds;
      if (one.isTaken && !isReadTwice) return undefined;
      one.isTaken = true;
      one.givenAtSeconds ??= now;
      return one.tap;
    },
  };
}

const keyOf = ({ issuer, cardRef }: Pick<TapTicket, 'issuer' | 'cardRef'>, gateId: string): string =>
  `${issuer}.${cardRef} ${gateId}`;

const tryOf = ({ ticket, at }: Left['tap']) => ({ slot: ticket.slot, atMilliseconds: Date.parse(at) });
