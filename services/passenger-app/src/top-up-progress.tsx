/** A top-up that was begun: how to pay it, and what became of it. */
import { useSignal } from '@preact/signals';
import { ApiError } from '@vedong/contracts/client';
import type { TopUp } from '@vedong/contracts/money';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { refreshWallet } from './account.ts';
import { type CodePicture, drawText } from './code-picture.ts';
import { DoneIcon } from './icons.tsx';
import { issuer } from './issuer-client.ts';
import { describeError } from './language.ts';
import { price, timeOfDay } from './local-words.ts';
import { moneyWords } from './money-words.ts';
import { wallet } from './phone.ts';
import { PictureOfCode } from './picture-of-code.tsx';
import { pollWhileVisible } from './poll-while-visible.ts';
import { addressOf } from './route.ts';
import { transferNote } from './transfer-note.ts';
import { refreshAll } from './upkeep.ts';

export function TopUpProgress({ topUpId }: { topUpId: string }) {
  const topUp = useSignal<TopUp | null>(null);
  const error = useSignal<unknown>(null);
  useEffect(() => {
    const ask = async (): Promise<boolean> => {
      try {
        topUp.value = await issuer('GET /v1/top-ups/{topUpId}', { params: { topUpId } });
        error.value = null;
        if (topUp.value.state !== 'paid') return true;
        await refreshWallet();
        refreshAll();
        return false;
      } catch (caught) {
        error.value = caught;
        const isForGood = caught instanceof ApiError && caught.status >= 400 && caught.status < 500;
        return topUp.value?.state !== 'paid' && (!isForGood || caught.status === 429);
      }
    };
    return pollWhileVisible(ask);
  }, []);
  return (
    <section class="panel top-up" data-testid="top-up-state" data-state={topUp.value?.state}>
      <div class="top-up" aria-live="polite">
        {topUp.value ? (
          <Shown topUp={topUp.value} />
        ) : (
          !error.value && <p class="hint">{moneyWords.value.fetching}</p>
        )}
      </div>
      {error.value !== null && topUp.value?.state !== 'paid' && (
        <p class="problem" role="alert">
          {describeError(error.value)}
        </p>
      )}
    </section>
  );
}

function Shown({ topUp }: { topUp: TopUp }) {
  const t = moneyWords.value;
  if (topUp.state === 'waiting') {
    return topUp.qrText ? <PayByQr topUp={topUp} qrText={topUp.qrText} /> : <PayByVnpay topUp={topUp} />;
  }
  if (topUp.state === 'paid') return <Received topUp={topUp} />;
  return topUp.state === 'failed' ? (
    <NotPaid title={t.failed}>{t.failedWhy}</NotPaid>
  ) : (
    <NotPaid title={t.expired}>{t.expiredWhy}</NotPaid>
  );
}

function PayByQr({ topUp, qrText }: { topUp: TopUp; qrText: string }) {
  const t = moneyWords.value;
  const amount = price(topUp.amount);
  const picture = useMemo(() => drawText(qrText), [qrText]);
  const note = transferNote(qrText);
  return (
    <>
      <h1>{t.qrTitle(amount)}</h1>
      <p>{t.qrHow}</p>
      <div class="payment-code">
        <PictureOfCode picture={picture} label={t.qrLabel(amount)} testId="payment-code" />
      </div>
      {note && (
        <p>
          {t.reference}: <strong data-testid="top-up-reference">{note}</strong>
        </p>
      )}
      {topUp.demoPayUrl && (
        <p class="demo-code">
          {t.demoPayWhy}{' '}
          <a href={topUp.demoPayUrl} target="_blank" rel="noopener" data-testid="demo-pay">
            {t.demoPay}
          </a>
        </p>
      )}
      <p class="waiting">{t.waitingBank}</p>
      <p class="hint">{t.payUntil(timeOfDay(Date.parse(topUp.expiresAt)))}</p>
      <button
        type="button"
        class="button quiet"
        data-testid="save-code"
        onClick={() => savePicture(picture, t.qrFile)}
      >
        {t.saveQr}
      </button>
      <p class="hint">{t.saveQrWhy}</p>
    </>
  );
}

/** Gives the code to the phone's pictures: banking apps read codes from there as well as by camera. */
function savePicture({ side, path }: CodePicture, fileName: string): void {
  const pixelsPerModule = 16;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = side * pixelsPerModule;
  const context = canvas.getContext('2d')!;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(pixelsPerModule, pixelsPerModule);
  context.fillStyle = '#000';
  // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas, not an array
  context.fill(new Path2D(path));
  const link = document.createElement('a');
  link.href = canvas.toDataURL('image/png');
  link.download = fileName;
  link.click();
}

function PayByVnpay({ topUp }: { topUp: TopUp }) {
  const t = moneyWords.value;
  return (
    <>
      <h1>{t.vnpayTitle(price(topUp.amount))}</h1>
      <p class="waiting">{t.waitingVnpay}</p>
      <p>{t.vnpayHow}</p>
      {topUp.payUrl && (
        <a class="button" href={topUp.payUrl} data-testid="open-vnpay">
          {t.openVnpay}
        </a>
      )}
      <p class="hint">{t.payUntil(timeOfDay(Date.parse(topUp.expiresAt)))}</p>
    </>
  );
}

function Received({ topUp: { amount, paidAmount } }: { topUp: TopUp }) {
  const t = moneyWords.value;
  return (
    <>
      <DoneIcon />
      <h1>{t.received(price(paidAmount ?? amount))}</h1>
      {paidAmount && paidAmount.amount !== amount.amount && <p>{t.receivedOther(price(amount))}</p>}
      {wallet.value && <p>{t.newBalance(price(wallet.value.balance))}</p>}
      <a class="button" href={addressOf('wallet')}>
        {t.toWallet}
      </a>
      <a class="button quiet" href={addressOf('code')}>
        {t.toCode}
      </a>
    </>
  );
}

function NotPaid({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <>
      <h1>{title}</h1>
      <p>{children}</p>
      <a class="button" href={addressOf('top-up')} data-testid="top-up-again">
        {moneyWords.value.topUpAgain}
      </a>
    </>
  );
}
