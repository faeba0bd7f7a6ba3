/** The receipt of one movement of the wallet, to look at and to keep. */
import type { Receipt } from '@vedong/contracts/receipts';
import { BackLink } from '../back-link.tsx';
import { useFetched } from '../fetched.tsx';
import { issuer } from '../issuer-client.ts';
import { dateAndTime, passName, placeName, price } from '../local-words.ts';
import { moneyWords } from '../money-words.ts';
import '../money.css';
import { refundWords } from '../refund-messages.ts';
import { addressOf, shownId } from '../route.ts';

export function ReceiptScreen() {
  const transactionId = shownId.value ?? '';
  return (
    <>
      <BackLink to="wallet" label={moneyWords.value.walletTitle} />
      <h1>{refundWords.value.receiptTitle}</h1>
      <Shown key={transactionId} transactionId={transactionId} />
    </>
  );
}

function Shown({ transactionId }: { transactionId: string }) {
  const t = refundWords.value;
  const { answer, state } = useFetched(() =>
    issuer('GET /v1/receipts/{transactionId}', { params: { transactionId } }),
  );
  const refundable = answer && refundableOf(answer);
  return (
    <>
      {state}
      {answer && (
        <section class="panel" data-testid="receipt">
          <h2>{moneyWords.value.entryKinds[answer.kind]}</h2>
          <p class="balance">{price(answer.amount, 'exceptZero')}</p>
          <dl class="receipt">
            {linesOf(answer).map(([label, value]) => (
              <div key={label}>
                <dt>{label}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          <a
            class="button"
            href={`/v1/receipts/${answer.transactionId}.pdf`}
            target="_blank"
            rel="noopener"
            data-testid="open-pdf"
          >
            {t.openPdf}
          </a>
          {refundable && (
            <a class="button quiet" href={addressOf('refund', refundable)} data-testid="ask-refund">
              {t.refund}
            </a>
          )}
          <p class="hint">{t.notTax}</p>
        </section>
      )}
    </>
  );
}

/** As the address of the refund screen names it. */
const refundableOf = ({ topUp, pass }: Receipt): string | null =>
  topUp ? `top-up-${topUp.topUpId}` : pass ? `pass-${pass.passId}` : null;

function linesOf(receipt: Receipt): [label: string, value: string][] {
  const t = refundWords.value;
  return [
    [t.receiptNumber, receipt.number],
    [t.receiptTime, dateAndTime(receipt.at)],
    ...detailsOf(receipt),
    [t.balanceAfter, price(receipt.balanceAfter)],
  ];
}

function detailsOf({ topUp, pass, trip, refund }: Receipt): [string, string][] {
  const t = refundWords.value;
  if (topUp) {
    return [
      [t.paidBy, moneyWords.value.providers[topUp.provider]],
      [t.reference, topUp.reference],
    ];
  }
  if (pass) {
    const { startsAt, endsAt } = pass;
    const days = startsAt && endsAt ? `${dateAndTime(startsAt)} – ${dateAndTime(endsAt)}` : t.fromFirstUse;
    return [
      [t.pass, passName(pass)],
      [t.valid, days],
    ];
  }
  if (trip) {
    const { lineName, entry, exit } = trip.trip;
    return [
      [t.line, lineName],
      ...(entry ? [[t.from, `${placeName(entry)}, ${dateAndTime(entry.at)}`] as [string, string]] : []),
      ...(exit ? [[t.to, `${placeName(exit)}, ${dateAndTime(exit.at)}`] as [string, string]] : []),
    ];
  }
  if (refund) {
    return [
      [t.of, refund.subject],
      [t.state, t.states[refund.state]],
    ];
  }
  return [];
}
