/** What a screen asks the issuer for when it opens. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { describeError } from './language.ts';
import { moneyWords } from './money-words.ts';

/**
 * Asks when the screen opens and whenever `about` changes. What came stays while it is asked anew.
 * Put `state` where the answer will stand: it says that it is coming, or why not, with a button to try again.
 */
export function useFetched<T>(ask: () => Promise<T>, about: unknown = null) {
  const answer = useSignal<T | null>(null);
  const error = useSignal<unknown>(null);
  const run = () => {
    error.value = null;
    ask().then(
      (value) => (answer.value = value),
      (caught: unknown) => (error.value = caught),
    );
  };
  useEffect(run, [about]);
  const t = moneyWords.value;
  const trouble = error.value !== null && (
    <div class="trouble">
      <p class="problem" role="alert">
        {describeError(error.value)}
      </p>
      <button type="button" class="button quiet" onClick={run}>
        {t.tryAgain}
      </button>
    </div>
  );
  return {
    answer: answer.value,
    state: trouble || (answer.value === null && <p class="hint">{t.fetching}</p>),
  };
}
