/** A decision of staff: a reason, what else it needs, and a button for each answer. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { say, type Words } from './language.ts';
import { Trouble } from './notices.tsx';
import { moneyMessages as messages } from './rider-money-words.ts';
import { codeOf } from './session.ts';

interface Answer {
  name: string;
  words: Words;
  isMain?: boolean;
}

interface DecisionFormProps {
  answers: readonly Answer[];
  /** `fields`: what was filled in, with `reason`. Throws ApiError. */
  decide: (answer: string, fields: Record<string, string>) => Promise<unknown>;
  children?: ComponentChildren;
}

export function DecisionForm({ answers, decide, children }: DecisionFormProps) {
  const [trouble, setTrouble] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: SubmitEvent & { currentTarget: HTMLFormElement }): Promise<void> => {
    event.preventDefault();
    const fields = Object.fromEntries(
      [...new FormData(event.currentTarget)].map(([name, value]) => [
        name,
        typeof value === 'string' ? value : '',
      ]),
    );
    const button = event.submitter as HTMLButtonElement | null;
    setBusy(true);
    setTrouble(null);
    try {
      await decide(button?.value ?? '', fields);
    } catch (error) {
      setTrouble(codeOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <details data-testid="decide">
      <summary>{say(messages.decide)}</summary>
      <form class="decision" onSubmit={(event) => void submit(event)}>
        {children}
        <label>
          {say(messages.reason)}
          <input name="reason" required minLength={3} maxLength={300} autocomplete="off" />
        </label>
        <div class="decision-answers">
          {answers.map(({ name, words, isMain }) => (
            <button
              key={name}
              type="submit"
              value={name}
              class={isMain ? 'main' : ''}
              disabled={isBusy}
              data-testid={name}
            >
              {say(words)}
            </button>
          ))}
        </div>
      </form>
      {trouble && <Trouble code={trouble} />}
    </details>
  );
}
