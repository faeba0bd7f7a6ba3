/** From a scanned text to what the screen shows: ask the validator, show its answer, be idle again. */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { TapAnswer } from '@vedong/contracts';
import { ApiError } from '@vedong/contracts/client';

/** How long an answer stays on the screen unless the next scan comes first. */
export const answerShownMilliseconds = 2500;

/** What the screen shows now. `trouble` is a scan nobody judged: neither green nor red. */
export type Moment =
  | { kind: 'idle' }
  | { kind: 'asking' }
  | { kind: 'answer'; answer: TapAnswer }
  | { kind: 'trouble'; code: string };

export type ScanResult = TapAnswer['outcome'] | 'unanswered';

export interface ScanDesk {
  moment: ReadonlySignal<Moment>;
  /** Null when the same text is being asked already. Never rejects. */
  scan(ticket: string): Promise<ScanResult | null>;
}

export interface ScanDeskOptions {
  /** Throws ApiError when there is no verdict. */
  ask: (ticket: string) => Promise<TapAnswer>;
  /** Called as the result appears, to make its sound. */
  announce: (result: ScanResult) => void;
}

/** The newest scan owns the screen: an older one's late answer is not shown. */
export function createScanDesk({ ask, announce }: ScanDeskOptions): ScanDesk {
  const moment = signal<Moment>({ kind: 'idle' });
  let asking: { ticket: string } | null = null;
  let backToIdle: ReturnType<typeof setTimeout> | undefined;

  const show = (next: Moment, result: ScanResult): void => {
    moment.value = next;
    announce(result);
    backToIdle = setTimeout(() => {
      moment.value = { kind: 'idle' };
    }, answerShownMilliseconds);
  };

  return {
    moment,
    async scan(ticket) {
      if (asking?.ticket === ticket) return null;
      const mine = { ticket };
      asking = mine;
      clearTimeout(backToIdle);
      moment.value = { kind: 'asking' };
      const [shown, result] = await ask(ticket).then(
        (answer): [Moment, ScanResult] => [{ kind: 'answer', answer }, answer.outcome],
        (error: unknown): [Moment, ScanResult] => [{ kind: 'trouble', code: codeOf(error) }, 'unanswered'],
      );
      if (asking === mine) {
        asking = null;
        show(shown, result);
      }
      return result;
    },
  };
}

const codeOf = (error: unknown): string => (error instanceof ApiError ? error.code : 'unexpected_answer');
