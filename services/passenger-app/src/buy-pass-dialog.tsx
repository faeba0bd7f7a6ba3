/** The last question before a pass is bought: for which card and line, and what the wallet will hold. */
import { useSignal } from '@preact/signals';
import type { Card } from '@vedong/contracts/issuer';
import type { Pass, PassProduct } from '@vedong/contracts/money';
import { useMemo } from 'preact/hooks';
import { refreshPasses, refreshWallet } from './account.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { issuer } from './issuer-client.ts';
import { placeName, price } from './local-words.ts';
import { moneyWords } from './money-words.ts';
import { wallet } from './phone.ts';
import { newPurchaseId } from './purchase-id.ts';
import { addressOf } from './route.ts';
import type { Line } from './screens/passes-screen.tsx';

interface BuyPassDialogProps {
  product: PassProduct;
  lines: Line[];
  card: Card;
  onBought: (pass: Pass) => void;
  onClose: () => void;
}

export function BuyPassDialog({ product, lines, card, onBought, onClose }: BuyPassDialogProps) {
  const t = moneyWords.value;
  const lineId = useSignal<string | null>(null);
  // One id for one decision, kept over a second press and a try after a lost answer: it is bought once.
  const purchaseId = useMemo(newPurchaseId, [lineId.value]);
  const buy = async () => {
    const { cardId } = card;
    const body = { productNo: product.productNo, lineId: lineId.value, purchaseId };
    onBought(await issuer('POST /v1/cards/{cardId}/passes', { params: { cardId }, body }));
    // The pass is bought, whether or not the phone hears of it at once.
    await Promise.allSettled([refreshPasses(cardId), refreshWallet()]);
  };
  const question = {
    title: t.buyQuestion(placeName(product), price(product.price)),
    consequences: t.buyFor(card.nickname),
    action: t.buy,
    isGrave: false,
    run: buy,
  };
  return (
    <ConfirmDialog question={question} onClose={onClose}>
      {product.scope === 'line' && (
        <label class="choose-line">
          {t.line}
          <select
            required
            data-testid="choose-line"
            value={lineId.value ?? ''}
            onChange={(event) => (lineId.value = event.currentTarget.value)}
          >
            <option value="">{t.chooseLine}</option>
            {lines
              .filter(({ mode }) => product.modes.includes(mode))
              .map((line) => (
                <option key={line.lineId} value={line.lineId}>
                  {placeName(line)}
                </option>
              ))}
          </select>
        </label>
      )}
      <AfterBuying product={product} />
    </ConfirmDialog>
  );
}

function AfterBuying({ product }: { product: PassProduct }) {
  const t = moneyWords.value;
  const balance = wallet.value?.balance;
  if (!balance || balance.currency !== product.price.currency) return null;
  const left = { ...balance, amount: balance.amount - product.price.amount };
  if (left.amount >= 0) return <p class="hint">{t.afterBuying(price(balance), price(left))}</p>;
  return (
    <p class="too-little" data-testid="too-little">
      {t.tooLittle(price(balance), price({ ...left, amount: -left.amount }))}{' '}
      <a href={addressOf('top-up')}>{t.topUp}</a>
    </p>
  );
}
