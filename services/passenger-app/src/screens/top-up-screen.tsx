/** Puts money into the wallet: how much and which way, then the payment until it has come. */
import { useSignal } from '@preact/signals';
import { ApiError } from '@vedong/contracts/client';
import type { TopUp } from '@vedong/contracts/money';
import { AmountInput } from '../amount-input.tsx';
import { BackLink } from '../back-link.tsx';
import { issuer } from '../issuer-client.ts';
import { words } from '../language.ts';
import { price } from '../local-words.ts';
import '../money.css';
import { moneyWords } from '../money-words.ts';
import { goTo, shownId } from '../route.ts';
import { useSending } from '../sending.tsx';
import { TopUpProgress } from '../top-up-progress.tsx';

const quickAmounts = [20_000, 50_000, 100_000, 200_000];
/** Of `POST /v1/top-ups`; said in words under the field. */
const lowestAmount = 10_000;
const highestAmount = 10_000_000;

export function TopUpScreen() {
  const t = moneyWords.value;
  return (
    <>
      <BackLink to="wallet" label={t.walletTitle} />
      {shownId.value ? <TopUpProgress key={shownId.value} topUpId={shownId.value} /> : <TopUpForm />}
    </>
  );
}

function TopUpForm() {
  const t = moneyWords.value;
  const amount = useSignal<number | null>(null);
  const provider = useSignal<TopUp['provider']>('vietqr');
  const { isSending, send, problem } = useSending();
  const begin = async () => {
    if (amount.value === null || amount.value < lowestAmount || amount.value > highestAmount) {
      throw new ApiError(400, 'amount_out_of_limits', 'not between the limits');
    }
    const body = { provider: provider.value, amount: amount.value };
    const { topUpId, payUrl } = await issuer('POST /v1/top-ups', { body });
    // In the address first, so that the way back from the payment page leads to what became of it.
    goTo('top-up', topUpId);
    if (payUrl) location.assign(payUrl);
  };
  return (
    <form
      class="panel"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send(begin);
      }}
    >
      <h1>{t.topUpTitle}</h1>
      <fieldset class="chips" aria-label={t.amounts}>
        {quickAmounts.map((quick) => (
          <button
            key={quick}
            type="button"
            data-testid="amount-chip"
            aria-pressed={amount.value === quick}
            onClick={() => (amount.value = quick)}
          >
            {price({ amount: quick, currency: 'VND' })}
          </button>
        ))}
      </fieldset>
      <label for="amount">{t.amount}</label>
      <AmountInput amount={amount.value} onChange={(typed) => (amount.value = typed)} />
      <p id="amount-limits" class="hint">
        {t.amountLimits}
      </p>
      <fieldset class="choices">
        <legend>{t.provider}</legend>
        {(['vietqr', 'vnpay'] as const).map((name) => (
          <label key={name}>
            <input
              type="radio"
              name="provider"
              value={name}
              checked={provider.value === name}
              onChange={() => (provider.value = name)}
            />
            {t.providers[name]}
            <small>{t.providersFor[name]}</small>
          </label>
        ))}
      </fieldset>
      {problem}
      <button class="button" data-testid="begin-top-up" disabled={isSending}>
        {isSending ? words.value.wait : t.beginTopUp}
      </button>
    </form>
  );
}
