/** What stands in place of rows: loading, nothing there, something wrong; always in words. */
import { say, type Words } from './language.ts';
import { messages, trouble } from './messages.ts';

/** Appears only when loading takes longer than two seconds (see the stylesheet). */
export function Loading() {
  return (
    <div class="loading" aria-live="polite">
      <span class="bar" aria-hidden="true" />
      {say(messages.loading)}
    </div>
  );
}

export function Empty({ words }: { words: Words }) {
  return <p class="notice">{say(words)}</p>;
}

export function Trouble({ code }: { code: string }) {
  return (
    <p class="notice trouble" role="alert">
      <span aria-hidden="true">! </span>
      {say(trouble(code))}
    </p>
  );
}
