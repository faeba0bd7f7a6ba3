/** Asks for money back: what may be given back of a top-up or pass, by which rule, and the request. */
import { useSignal } from '@preact/signals';
import type { Refund, RefundOffer } from '@vedong/contracts/refunds';
import { useMemo } from 'preact/hooks';
import { refreshPasses, refreshWallet } from '../account.ts';
import { AmountInput } from '../amount-input.tsx';
import { BackLink } from '../back-link.tsx';
import { ConfirmDialog } from '../confirm-dialog.tsx';
import { useFetched } from '../fetched.tsx';
import { issuer } from '../issuer-client.ts';
import { price } from '../local-words.ts';
import { moneyWords } from '../money-words.ts';
import '../money.css';
import { cards } from '../phone.ts';
import { newPurchaseId } from '../purchase-id.ts';
import { refundWords } from '../refund-messages.ts';
import { addressOf, shownId } from '../route.ts';

/** `top-up-ID` or `pass-ID`. */
function readRefundable(id: string): { topUpId: string } | { passId: string } {
  return id.startsWith('pass-') ? { passId: id.slice(5) } : { topUpId: id.replace(/^top-up-/, '') };
}

export function RefundScreen() {
  const id = shownId.value ?? '';
  return (
    <>
      <BackLink to="wallet" label={moneyWords.value.walletTitle} />
      <h1>{refundWords.value.refundTitle}</h1>
      <Offer key={id} of={readRefundable(id)} />
    </>
  );
}

type Refundable = ReturnType<typeof readRefundable>;

function Offer({ of }: { of: Refundable }) {
  const t = refundWords.value;
  const made = useSignal<Refund | null>(null);
  const { answer, state } = useFetched(() => issuer('GET /v1/refund-offers', { query: of }));
  if (made.value) return <Made refund={made.value} />;
  return (
    <>
      {state}
      {answer && (
        <section class="panel" data-testid="refund-offer" data-rule={answer.rule}>
          <p class="sum">
            <span>{t.paid}</span>
            <span>{price(answer.paid)}</span>
          </p>
          <p class="sum total">
            <span>{t.canHave}</span>
            <span data-testid="most">{price(answer.most)}</span>
          </p>
          <p>{t.rules[answer.rule]}</p>
          {answer.most.amount > 0 && (
            <RefundForm of={of} offer={answer} onMade={(refund) => (made.value = refund)} />
          )}
        </section>
      )}
    </>
  );
}

function RefundForm({
  of,
  offer: { most, atOnceUpTo },
  onMade,
}: {
  of: Refundable;
  offer: RefundOffer;
  onMade: (refund: Refund) => void;
}) {
  const t = refundWords.value;
  const isPass = 'passId' in of;
  const amount = useSignal<number | null>(most.amount);
  const isAsking = useSignal(false);
  // One id for one amount, kept over a second press and a try after a lost answer: it is one refund.
  const refundId = useMemo(newPurchaseId, [amount.value]);
  const wanted = { ...most, amount: amount.value ?? 0 };
  const ask = async () => {
    const body = { ...of, refundId, amount: wanted.amount };
    onMade(await issuer('POST /v1/refunds', { body }));
    // It is made, whether or not the phone hears of it at once.
    await Promise.allSettled([refreshWallet(), ...cards.value.map(({ cardId }) => refreshPasses(cardId))]);
  };
  const isForStaff = wanted.amount > atOnceUpTo.amount;
  return (
    <form
      noValidate
      class="refund-form"
      onSubmit={(event) => {
        event.preventDefault();
        isAsking.value = wanted.amount > 0;
      }}
    >
      {!isPass && (
        <>
          <label for="amount">{t.amountBack}</label>
          <AmountInput amount={amount.value} onChange={(typed) => (amount.value = typed)} />
        </>
      )}
      <p id="amount-limits" class="hint">
        {t.atOnce(price(atOnceUpTo))}
      </p>
      <button class="button" data-testid="ask">
        {t.ask}
      </button>
      {isAsking.value && (
        <ConfirmDialog
          question={{
            title: t.askFor(price(wanted)),
            consequences: `${isPass ? t.askForPass : t.askForTopUp}${isForStaff ? ` ${t.askForStaff}` : ''}`,
            action: t.ask,
            isGrave: false,
            run: ask,
          }}
          onClose={() => (isAsking.value = false)}
        />
      )}
    </form>
  );
}

function Made({ refund }: { refund: Refund }) {
  const t = refundWords.value;
  return (
    <section class="panel" data-testid="refund-made" data-state={refund.state}>
      <p class="balance">{price(refund.amount)}</p>
      <output class="bought">{t.states[refund.state]}</output>
      <a class="button" href={addressOf('wallet')}>
        {moneyWords.value.toWallet}
      </a>
    </section>
  );
}
