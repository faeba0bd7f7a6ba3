/** Movements of the wallet as a list, each with a way to its trip or its receipt. */
import type { WalletEntry } from '@vedong/contracts/money';
import { price, timeAndDay } from './local-words.ts';
import { moneyWords } from './money-words.ts';
import { cards, nowSeconds } from './phone.ts';
import { addressOf, shownId } from './route.ts';

export function WalletEntries({ entries }: { entries: WalletEntry[] }) {
  return (
    <ol class="rows">
      {entries.map((entry) => (
        <EntryRow key={entry.entryId} entry={entry} />
      ))}
    </ol>
  );
}

function EntryRow({ entry }: { entry: WalletEntry }) {
  const { at, kind, amount, balanceAfter, transactionId, tripId, subject } = entry;
  const t = moneyWords.value;
  const title = subject ? `${t.entryKinds[kind]} · ${subject}` : t.entryKinds[kind];
  // A trip's story is asked for by card, which this phone knows of the trips it has seen.
  const isKnown = cards.value.some(({ trips }) => trips.some((trip) => trip.tripId === tripId));
  const leadsToTrip = isKnown && tripId !== shownId.value;
  const to = tripId && leadsToTrip ? addressOf('trip', tripId) : addressOf('receipt', transactionId);
  return (
    <li class="entry" data-testid="wallet-entry">
      <p class="line">
        <a href={to}>{title}</a>
      </p>
      <p class={amount.amount > 0 ? 'fare income' : 'fare'}>{price(amount, 'exceptZero')}</p>
      <p class="hint">
        <time dateTime={at}>{timeAndDay(Date.parse(at), (nowSeconds.value ?? 0) * 1000)}</time>
      </p>
      <p class="hint after">{t.balanceAfter(price(balanceAfter))}</p>
    </li>
  );
}
