/** Refunds that were asked for, and what became of each. */
import { useFetched } from './fetched.tsx';
import { issuer } from './issuer-client.ts';
import { dateAndTime, price } from './local-words.ts';
import { refundWords } from './refund-messages.ts';

const mostShown = 5;

/** Nothing where there are none. `about`: asked anew whenever it changes. */
export function MyRefunds({ about }: { about: unknown }) {
  const t = refundWords.value;
  const { answer } = useFetched(() => issuer('GET /v1/refunds'), about);
  if (!answer || answer.refunds.length === 0) return null;
  return (
    <section class="movements">
      <h2>{t.myRefunds}</h2>
      <ul class="rows">
        {answer.refunds.slice(0, mostShown).map((refund) => (
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
