/** Answers of the last seconds, also those still under way, for a scanner that reads one code twice. */
import { repeatWindowSeconds } from '@vedong/ticket';
import { createEndings } from '../endings.ts';

export interface RecentAnswers<Answer> {
  /** A failed answer is forgotten at once: nobody was told anything. */
  add(tapId: string, answer: Promise<Answer>): void;
  find(tapId: string): Promise<Answer> | undefined;
}

export function createRecentAnswers<Answer>(monotonicSeconds: () => number): RecentAnswers<Answer> {
  const recent = new Map<string, Promise<Answer>>();
  const endings = createEndings<string>();
  return {
    add(tapId, answer) {
      const now = monotonicSeconds();
      for (let ended = endings.takeEnded(now); ended !== undefined; ended = endings.takeEnded(now))
        recent.delete(ended);
      // Twice the window: taps are timed by another clock, and this memory must not end first.
      recent.set(tapId, answer);
      endings.add(tapId, now + 2 * repeatWindowSeconds);
      answer.catch(() => recent.delete(tapId));
    },
    find: (tapId) => recent.get(tapId),
  };
}
