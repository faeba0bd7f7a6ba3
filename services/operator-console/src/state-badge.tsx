/** A state as a word with its symbol; the colour only repeats them. */
import { say } from './language.ts';
import type { State } from './words.ts';

export function StateBadge({ state: { words, symbol, tone } }: { state: State }) {
  return (
    <span class={`badge ${tone}`}>
      <span aria-hidden="true">{symbol} </span>
      {say(words)}
    </span>
  );
}
