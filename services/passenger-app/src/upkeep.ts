/** Keeps the clock set, cards and wallet up to date and the codes in supply, whenever the issuer can be reached. */
import { ApiError } from '@vedong/contracts/client';
import { refreshCards, refreshPasses, refreshTrips, refreshWallet } from './account.ts';
import { decodeBase64url } from './base64url.ts';
import { clockFromAnswer, phoneMoment } from './code-clock.ts';
import { type CodeSupply, isHalfUsed, keepCertificates, keepTickets } from './code-supply.ts';
import { canSignOnPhone, createDeviceKey, proveDeviceKey } from './device-key.ts';
import { issuer } from './issuer-client.ts';
import { account, cards, clock, codeTime, countSeconds, loadPhone, selectedCard, wallet } from './phone.ts';
import { changeCard, type KeptCard, keepClock, keepTrialKey } from './phone-store.ts';

const checkEveryMilliseconds = 1_000;
const firstPauseMilliseconds = 5_000;
const clockEverySeconds = 600;
const historyEverySeconds = 60;
const longestPauseMilliseconds = 300_000;
/** The most the issuer gives at once. */
const ticketsPerFetch = 40;

let isRunning = false;
/** How often everything was asked for anew, and which of these was the last one answered. */
let timesAsked = 1;
let timesAnswered = 0;
let failures = 0;
let pauseUntil = 0;
let historyFetchedAt = -Infinity;

/** Looks after everything from now on; returns at once. */
export function startUpkeep(): void {
  setInterval(() => void lookAfter(), checkEveryMilliseconds);
  void lookAfter();
}

/** Looks again at once and asks for everything anew: the page was opened or shown, the network came back, a card was made. */
export function refreshAll(): void {
  timesAsked += 1;
  pauseUntil = 0;
  historyFetchedAt = -Infinity;
  void lookAfter();
}

async function lookAfter(): Promise<void> {
  if (isRunning || performance.now() < pauseUntil || document.visibilityState === 'hidden') return;
  isRunning = true;
  try {
    await fetchWhatIsDue();
    failures = 0;
  } catch (error) {
    if (!(error instanceof ApiError)) reportError(error);
    // Phones that lost the issuer together must not come back together: each waits a random part of its pause.
    const pause = Math.min(longestPauseMilliseconds, firstPauseMilliseconds * 2 ** failures);
    failures += 1;
    pauseUntil = performance.now() + pause * (0.5 + Math.random() / 2);
  } finally {
    isRunning = false;
  }
}

async function fetchWhatIsDue(): Promise<void> {
  if (account.value === null) return;
  const asked = timesAsked;
  const clockAge = codeTime()?.clockAgeSeconds ?? Infinity;
  if (asked !== timesAnswered || clockAge > clockEverySeconds) await setClock();
  if (asked !== timesAnswered) await refreshCards();
  timesAnswered = asked;
  const shown = selectedCard.value;
  for (const kept of cards.value.toSorted((a, b) => Number(b === shown) - Number(a === shown))) {
    await refill(kept);
  }
  if (shown && performance.now() - historyFetchedAt > historyEverySeconds * 1000) {
    await refreshTrips(shown.cardId);
    await refreshPasses(shown.cardId);
    await refreshWallet();
    historyFetchedAt = performance.now();
  }
}

async function setClock(): Promise<void> {
  const sent = phoneMoment();
  const { nowMilliseconds } = await issuer('GET /v1/time');
  clock.value = clockFromAnswer(nowMilliseconds, sent, phoneMoment());
  await keepClock(clock.value);
  countSeconds();
}

async function refill({ cardId, card, supply }: KeptCard): Promise<void> {
  const now = codeTime()?.nowSeconds;
  if (now === undefined || card.state === 'blocked' || (supply && !isHalfUsed(supply, now))) return;
  if (wallet.value?.mayRide === false) return;
  try {
    await changeCard(cardId, { supply: await fetchSupply(cardId, now) });
  } catch (error) {
    if ((error as ApiError).code !== 'wallet_below_zero') throw error;
    // The wallet kept here was of before; from now on it says that there is no use in asking.
    await refreshWallet();
    if (wallet.value?.mayRide) throw error;
  }
  await loadPhone();
}

let signsOnPhone: Promise<boolean> | undefined;

async function fetchSupply(cardId: string, nowSeconds: number): Promise<CodeSupply> {
  const params = { cardId };
  signsOnPhone ??= canSignOnPhone(keepTrialKey);
  if (await signsOnPhone) {
    const keys = await createDeviceKey();
    const proof = await proveDeviceKey(keys, cardId, Math.floor(nowSeconds));
    const answer = await issuer('POST /v1/cards/{cardId}/certificates', { params, body: { proof } });
    const certificates = answer.certificates.map(({ certificate }) => decodeBase64url(certificate));
    return keepCertificates(keys.privateKey, certificates, nowSeconds);
  }
  const body = { count: ticketsPerFetch };
  const { tickets } = await issuer('POST /v1/cards/{cardId}/tickets', { params, body });
  return keepTickets(tickets, nowSeconds);
}
