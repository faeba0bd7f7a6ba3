/** The filter row above a list. What is chosen goes into the address once every field is well formed. */
import type { ComponentChildren } from 'preact';
import { address, go } from './address.ts';
import { say, type Words } from './language.ts';
import { messages } from './messages.ts';

export function Filters({ children }: { children: ComponentChildren }) {
  const { filters } = address.value;
  const apply = (form: HTMLFormElement) => {
    if (!form.reportValidity()) return;
    const entries = [...new FormData(form)].map(
      ([name, value]) => [name, typeof value === 'string' ? value.trim() : ''] as const,
    );
    go({ filters: Object.fromEntries(entries.filter(([, value]) => value !== '')) });
  };
  const count = Object.keys(filters).length;
  return (
    <details class="fold" open={matchMedia('(min-width: 721px)').matches}>
      <summary>
        {say(messages.filters)} {count > 0 && `(${count})`}
      </summary>
      <form
        // Filters set elsewhere (a link, the back button) show in the fields.
        key={JSON.stringify(filters)}
        class="filters"
        data-testid="filters"
        aria-label={say(messages.filters)}
        onChange={(event) => apply(event.currentTarget)}
        onSubmit={(event) => {
          event.preventDefault();
          apply(event.currentTarget);
        }}
      >
        {children}
        {count > 0 && (
          <button type="button" class="quiet" onClick={() => go({ filters: {} })}>
            {say(messages.clearFilters)}
          </button>
        )}
      </form>
    </details>
  );
}

interface FieldProps {
  name: string;
  label: Words;
}

const valueOf = (name: string): string => address.value.filters[name] ?? '';

export function ChoiceField({ name, label, choices }: FieldProps & { choices: Iterable<[string, string]> }) {
  return (
    <label>
      {say(label)}
      <select name={name} value={valueOf(name)}>
        <option value="">{say(messages.all)}</option>
        {[...choices].map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

export function DayField() {
  return (
    <label>
      {say(messages.serviceDay)}
      <input type="date" name="serviceDay" min="1970-01-01" defaultValue={valueOf('serviceDay')} />
    </label>
  );
}

export function CardField() {
  return (
    <label>
      {say(messages.card)}
      <input
        name="cardRef"
        size={18}
        pattern="[0-9a-f]{16}"
        title={say(messages.cardHint)}
        placeholder={say(messages.cardHint)}
        autocomplete="off"
        spellcheck={false}
        defaultValue={valueOf('cardRef')}
      />
    </label>
  );
}

export function GateField({ gateIds }: { gateIds: readonly string[] }) {
  return (
    <label>
      {say(messages.gate)}
      <input
        name="gateId"
        size={14}
        list="gate-ids"
        pattern="[A-Za-z0-9][A-Za-z0-9._\-]{0,63}"
        autocomplete="off"
        spellcheck={false}
        defaultValue={valueOf('gateId')}
      />
      <datalist id="gate-ids">
        {gateIds.map((gateId) => (
          <option key={gateId}>{gateId}</option>
        ))}
      </datalist>
    </label>
  );
}
