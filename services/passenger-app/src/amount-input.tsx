/** A field for an amount of dong: takes digits only and shows them in groups, as people write money. */
import { words } from './language.ts';

export function AmountInput({
  amount,
  onChange,
}: {
  amount: number | null;
  onChange: (typed: number | null) => void;
}) {
  const show = (value: number | null) =>
    value === null ? '' : new Intl.NumberFormat(words.value.locale).format(value);
  return (
    <input
      id="amount"
      data-testid="amount"
      inputMode="numeric"
      autocomplete="off"
      maxLength={14}
      aria-describedby="amount-limits sending-problem"
      value={show(amount)}
      onInput={(event) => {
        const digits = event.currentTarget.value.replace(/\D/g, '').slice(0, 10);
        const typed = digits === '' ? null : Number(digits);
        // At once, also where the state does not change: a letter typed must not stay.
        event.currentTarget.value = show(typed);
        onChange(typed);
      }}
    />
  );
}
