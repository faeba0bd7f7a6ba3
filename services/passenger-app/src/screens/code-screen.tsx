/** The screen that opens first: the card and its live code. */
import { useEffect } from 'preact/hooks';
import { CardTabs, swipeBetweenCards } from '../card-tabs.tsx';
import { codeNotice } from '../code-notice.ts';
import type { CodeSupply } from '../code-supply.ts';
import { LockIcon, OfflineIcon, WalletIcon } from '../icons.tsx';
import { contactProblem, secondsSinceAnswer } from '../issuer-client.ts';
import { words } from '../language.ts';
import { LiveCode } from '../live-code.tsx';
import { passName, placeName, price, timeAndDay, timeOfDay } from '../local-words.ts';
import { findPassInUse } from '../pass-state.ts';
import { codeTime, nowSeconds, selectedCard, wallet } from '../phone.ts';
import type { KeptCard } from '../phone-store.ts';
import { addressOf } from '../route.ts';
import { keepScreenOn } from '../wake-lock.ts';

export function CodeScreen() {
  useEffect(keepScreenOn, []);
  const shown = selectedCard.value;
  // Everybody who is signed in has a card: sign-in makes the first, and none is ever taken away.
  if (!shown) return null;
  const { cardId, card, supply, trips } = shown;
  const now = nowSeconds.value;
  const ride = trips.find(({ state }) => state === 'open')?.entry;
  const rideBeganAt = ride ? Date.parse(ride.at) : null;
  const isUsable = card.state === 'active' && supply !== null && now !== null && now < supply.endsAt;
  const t = words.value;
  return (
    <>
      <section class={`card ${card.colour}`} aria-labelledby="card-name" {...swipeBetweenCards}>
        <h1 id="card-name" data-testid="card-name">
          {card.nickname}
        </h1>
        <p data-testid="good-for">
          {ride && rideBeganAt
            ? t.onTheWaySince(placeName(ride), timeOfDay(rideBeganAt))
            : goodFor(shown, now ?? 0)}
        </p>
        <div aria-live="polite">
          {isUsable ? (
            <LiveCode
              key={`${cardId} ${supply.fetchedAt}`}
              cardName={card.nickname}
              supply={supply}
              nowSeconds={now}
              rideBeganAt={rideBeganAt && rideBeganAt / 1000}
            />
          ) : (
            <NoCode isBlocked={card.state === 'blocked'} operatorBlock={card.operatorBlock} />
          )}
        </div>
      </section>
      <div class="status-line" aria-live="polite">
        {isUsable && <Notice supply={supply} now={now} />}
        {isUsable && <BelowZeroNotice supply={supply} now={now} />}
      </div>
      <CardTabs />
    </>
  );
}

/** What the card pays with: a pass, or else each ride by itself. */
function goodFor({ passes }: KeptCard, now: number): string {
  const t = words.value;
  const pass = findPassInUse(passes, now);
  if (!pass) return t.payAsYouGo;
  return pass.endsAt
    ? t.passUntil(passName(pass), timeAndDay(Date.parse(pass.endsAt), now * 1000))
    : t.passWaiting(passName(pass));
}

/** What stands in the code's place, and what to do about it. */
function NoCode({
  isBlocked,
  operatorBlock,
}: {
  isBlocked: boolean;
  operatorBlock: KeptCard['card']['operatorBlock'];
}) {
  const t = words.value;
  const problem = contactProblem.value;
  if (isBlocked) {
    return (
      <div class="code-paper no-code">
        <LockIcon />
        <h2>{t.cardBlocked}</h2>
        <p data-testid="blocked-why">
          {operatorBlock ? t.operatorBlockedWhy[operatorBlock.reason] : t.cardBlockedWhy}
        </p>
        {operatorBlock && <p>{t.operatorBlockedAsk}</p>}
        <a class="button" href={addressOf('cards')}>
          {t.cardsTab}
        </a>
      </div>
    );
  }
  if (wallet.value?.mayRide === false) {
    return (
      <div class="code-paper no-code" data-testid="no-code-below-zero">
        <WalletIcon />
        <h2>{t.noCodeBelowZero}</h2>
        <p>{t.noCodeBelowZeroWhy(price(wallet.value.balance))}</p>
        <OpenWallet />
      </div>
    );
  }
  return (
    <div class="code-paper no-code">
      {problem && <OfflineIcon />}
      {problem && <h2>{t.noCode}</h2>}
      <p>{problem ? t.noCodeWhy[problem] : t.preparingCode}</p>
      {problem === 'signed_out' && <SignInAgain />}
    </div>
  );
}

function Notice({ supply, now }: { supply: CodeSupply; now: number }) {
  // An answer before the page was opened is known by the clock, which it set.
  const answerAge = Math.min(secondsSinceAnswer(), codeTime()?.clockAgeSeconds ?? Infinity);
  const lastAnswerAt = Number.isFinite(answerAge) ? now - answerAge : null;
  const notice = codeNotice(supply, contactProblem.value, { nowSeconds: now, lastAnswerAt });
  if (notice === null) return null;
  const t = words.value;
  const at = (seconds: number) => timeAndDay(seconds * 1000, now * 1000);
  return (
    <p class={notice.isSoon ? 'notice soon' : 'notice'} data-testid="notice">
      <OfflineIcon />
      <span>
        {notice.isSoon && <strong>{t.soon} </strong>}
        {t.notice[notice.why](notice.since === null ? '' : at(notice.since), at(notice.endsAt))}{' '}
        {notice.why === 'signed_out' && <SignInAgain />}
      </span>
    </p>
  );
}

/** No new codes are given while the wallet is below zero; those kept go on until they end. */
function BelowZeroNotice({ supply, now }: { supply: CodeSupply; now: number }) {
  if (wallet.value?.mayRide !== false) return null;
  const until = timeAndDay(supply.endsAt * 1000, now * 1000);
  return (
    <div class="notice soon below-zero" data-testid="below-zero">
      <WalletIcon />
      <div>
        <p>{words.value.walletBelowZero(price(wallet.value.balance), until)}</p>
        <OpenWallet />
      </div>
    </div>
  );
}

const OpenWallet = () => (
  <a class="button" href={addressOf('wallet')}>
    {words.value.openWallet}
  </a>
);

const SignInAgain = () => <a href={addressOf('sign-in')}>{words.value.signInAgain}</a>;
