/** Refunds that were asked for, and what became of each. */
import { useSignal } from '@preact/signals';
import type { Refund } from '@vedong/contracts/refunds';
import { useEffect } from 'preact/hooks';
import { issuer } from './issuer-client.ts';
import { dateAndTime, price } from './local-words.ts';
import { pollWhileVisible } from './poll-while-visible.ts';
import { refundWords } from './refund-messages.ts';

const mostShown = 5;
const isUnderWay = ({ state }: Refund) => state === 'waiting' || state === 'requested';

/** Nothing where there are none. `about`: asked anew whenever it changes, and again while a refund is under way. */
export function MyRefunds({ about }: { about: unknown }) {
  const t = refundWords.value;
  const refunds = useSignal<Refund[]>([]);
  useEffect(() => {
    const ask = async () => {
      try {
        ({ refunds: refunds.value } = await issuer('GET /v1/refunds'));
      } catch {
        return true; // what is shown stays until the issuer answers
      }
      return refunds.value.some(isUnderWay);
    };
    return pollWhileVisible(ask);
  }, [about]);
  if (refunds.value.length === 0) return null;
  return (
    <section class="movements">
      <h2>{t.myRefunds}</h2>
      <ul class="rows">
        {refunds.value.slice(0, mostShown).map((refund) => (
          <li key={refund.refundId} class="entry" data-testid="refund" data-state={refund.state}>
            <p class="line">{refund.subject}</p>
            <p class="fare">{price(refund.amount)}</p>
            <p class="wide">
              {t.states[refund.state]}
              {refund.reason && `. ${t.because(refund.reason)}`}
            </p>
            <p class="hint wide">{dateAndTime(refund.askedAt)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
