/** Makes another card: a name, a colour. */
import { useSignal } from '@preact/signals';
import type { Card } from '@vedong/contracts/issuer';
import { addCard } from '../account.ts';
import { words } from '../language.ts';
import { goTo } from '../route.ts';
import { useSending } from '../sending.tsx';
import { refreshAll } from '../upkeep.ts';

export function NewCardScreen() {
  const t = words.value;
  const nickname = useSignal('');
  const colour = useSignal<Card['colour']>('lake');
  const { isSending, send, problem } = useSending();
  const make = async () => {
    await addCard(nickname.value.trim(), colour.value);
    goTo('code');
    refreshAll();
  };
  return (
    <form
      class="panel"
      onSubmit={(event) => {
        event.preventDefault();
        send(make);
      }}
    >
      <h1>{t.addCardTitle}</h1>
      <p>{t.addCardWhy}</p>
      <label for="nickname">{t.cardName}</label>
      <input
        id="nickname"
        data-testid="nickname"
        required
        maxLength={60}
        pattern=".*\S.*"
        placeholder={t.cardNameExample}
        aria-describedby="sending-problem"
        value={nickname}
        onInput={(event) => (nickname.value = event.currentTarget.value)}
      />
      <fieldset class="colours">
        <legend>{t.colour}</legend>
        {(Object.entries(t.colours) as [Card['colour'], string][]).map(([name, label]) => (
          <label key={name}>
            <input
              type="radio"
              name="colour"
              value={name}
              checked={colour.value === name}
              onChange={() => (colour.value = name)}
            />
            <span class={`swatch ${name}`} />
            {label}
          </label>
        ))}
      </fieldset>
      {problem}
      <button class="button" data-testid="make-card" disabled={isSending}>
        {isSending ? t.wait : t.makeCard}
      </button>
    </form>
  );
}
