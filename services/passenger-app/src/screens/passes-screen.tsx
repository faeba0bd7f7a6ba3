/** The passes of a card, and those on sale. */
import { useSignal } from '@preact/signals';
import type { ResponseOf } from '@vedong/contracts/endpoint';
import type { moneyApi, Pass, PassProduct } from '@vedong/contracts/money';
import { useEffect, useRef } from 'preact/hooks';
import { refreshPasses, refreshWallet } from '../account.ts';
import { BackLink } from '../back-link.tsx';
import { BuyPassDialog } from '../buy-pass-dialog.tsx';
import { CardTabs } from '../card-tabs.tsx';
import { useFetched } from '../fetched.tsx';
import { issuer } from '../issuer-client.ts';
import { passName, placeName, price, timeAndDay } from '../local-words.ts';
import '../money.css';
import { moneyWords } from '../money-words.ts';
import { passStateAt } from '../pass-state.ts';
import { nowSeconds, selectedCard } from '../phone.ts';
import { addressOf } from '../route.ts';

type Sale = ResponseOf<(typeof moneyApi)['GET /v1/products']>;
export type Line = NonNullable<Sale['lines']>[number];

export function PassesScreen() {
  const shown = selectedCard.value;
  const t = moneyWords.value;
  return (
    <>
      <BackLink to="wallet" label={t.walletTitle} />
      <h1>{t.passesTitle}</h1>
      <CardTabs />
      {shown && <MyPasses key={shown.cardId} cardId={shown.cardId} passes={shown.passes} />}
      <OnSale />
    </>
  );
}

function MyPasses({ cardId, passes }: { cardId: string; passes: Pass[] }) {
  useEffect(() => void refreshPasses(cardId).catch(() => undefined), []);
  const t = moneyWords.value;
  return (
    <section class="movements">
      <h2>{t.myPasses}</h2>
      {passes.length === 0 && <p class="hint">{t.noPasses}</p>}
      {passes.length > 0 && (
        <ul class="rows">
          {passes.map((pass) => (
            <PassRow key={pass.passId} pass={pass} />
          ))}
        </ul>
      )}
    </section>
  );
}

function PassRow({ pass }: { pass: Pass }) {
  const t = moneyWords.value;
  const now = nowSeconds.value ?? 0;
  const state = passStateAt(pass, now);
  const at = (moment: string) => timeAndDay(Date.parse(moment), now * 1000);
  return (
    <li class="entry" data-testid="pass">
      <p class="line">{passName(pass)}</p>
      <p class={`trip-state ${state}`} data-testid="pass-state">
        {t.passStates[state]}
      </p>
      {pass.startsAt && pass.endsAt && (
        <p class="hint wide">{t.fromTo(at(pass.startsAt), at(pass.endsAt))}</p>
      )}
      {pass.isGivenBack && <p class="hint wide">{t.givenBack}</p>}
      {!pass.isGivenBack && state !== 'ended' && (
        <a class="wide" href={addressOf('refund', `pass-${pass.passId}`)} data-testid="refund-pass">
          {t.refundPass}
        </a>
      )}
    </li>
  );
}

function OnSale() {
  const t = moneyWords.value;
  const { answer, state } = useFetched(() => issuer('GET /v1/products'));
  useEffect(() => void refreshWallet().catch(() => undefined), []);
  const wanted = useSignal<PassProduct | null>(null);
  const bought = useSignal<Pass | null>(null);
  const message = useRef<HTMLOutputElement>(null);
  useEffect(() => {
    if (bought.value) message.current?.scrollIntoView({ block: 'center' });
  }, [bought.value]);
  const lines = answer?.lines ?? [];
  const groups = Map.groupBy((answer?.products ?? []).filter(canBeChosen(lines)), groupOf);
  return (
    <section class="movements">
      <h2>{t.onSale}</h2>
      <output class="bought" data-testid="bought" ref={message}>
        {bought.value && t.bought(passName(bought.value))}
      </output>
      {state}
      {answer && groups.size === 0 && <p class="panel empty">{t.nothingOnSale}</p>}
      {(['both', 'metro', 'bus'] as const).map((group) => {
        const products = groups.get(group);
        return (
          products && (
            <section key={group} aria-label={t.groups[group]}>
              <h3 class="day">{t.groups[group]}</h3>
              <ul class="rows">
                {products.map((product) => (
                  <ProductRow
                    key={product.productNo}
                    product={product}
                    onBuy={() => (wanted.value = product)}
                  />
                ))}
              </ul>
            </section>
          )
        );
      })}
      {wanted.value && selectedCard.value && (
        <BuyPassDialog
          product={wanted.value}
          lines={lines}
          card={selectedCard.value.card}
          onBought={(pass) => (bought.value = pass)}
          onClose={() => (wanted.value = null)}
        />
      )}
    </section>
  );
}

export const groupOf = ({ modes }: Pick<PassProduct, 'modes'>) =>
  modes.length === 1 && modes[0] ? modes[0] : 'both';

/** A pass for one line needs lines to choose from. */
const canBeChosen =
  (lines: Line[]) =>
  ({ scope, modes }: PassProduct): boolean =>
    scope === 'network' || lines.some(({ mode }) => modes.includes(mode));

function ProductRow({ product, onBuy }: { product: PassProduct; onBuy: () => void }) {
  const t = moneyWords.value;
  const { scope, durationDays, activation, concessions } = product;
  const onlyFor = concessions.includes(0) ? null : concessions.includes(1) ? t.onlyFor[1] : t.onlyFor[2];
  const name = placeName(product);
  return (
    <li class="product" data-testid="product">
      <p class="line">{name}</p>
      <p class="fare">{price(product.price)}</p>
      <p class="hint wide">
        {t.goodFor[groupOf(product)][scope]} · {t.days(durationDays)}, {t.activations[activation]}
      </p>
      {onlyFor && <p class="hint wide">{onlyFor}</p>}
      <button
        type="button"
        class="button quiet"
        data-testid="buy"
        aria-label={t.buyNamed(name)}
        onClick={onBuy}
      >
        {t.buy}
      </button>
    </li>
  );
}
