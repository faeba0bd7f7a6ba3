/** What a person does with an account and its cards; each waits for the issuer and throws its ApiError. */
import { ApiError } from '@vedong/contracts/client';
import type { Card } from '@vedong/contracts/issuer';
import { issuer } from './issuer-client.ts';
import { words } from './language.ts';
import { cards, loadPhone, selectCard, wallet } from './phone.ts';
import { changeCard, clearPhone, keepAccount, keepCards, keepWallet } from './phone-store.ts';

/** Signs in and, for a rider who has none yet, makes the first card: nothing else is asked. */
export async function signIn(phone: string, code: string): Promise<void> {
  await issuer('POST /v1/sign-in', { body: { phone, code } });
  if ((await issuer('GET /v1/cards')).cards.length === 0) {
    await issuer('POST /v1/cards', { body: { nickname: words.value.firstCardName, colour: 'lotus' } });
  }
  await keepAccount(await issuer('GET /v1/me'));
  await refreshCards();
}

/** Has a code sent; resolves to the code itself where the service is a demo, else to null. */
export async function requestCode(phone: string): Promise<string | null> {
  try {
    const { demoCode = null } = await issuer('POST /v1/sign-in/codes', { body: { phone } });
    return demoCode;
  } catch (error) {
    // Letters in the number: to the person it is the same as a number that cannot be used.
    if ((error as ApiError).code !== 'invalid_request') throw error;
    throw new ApiError(400, 'phone_not_supported', 'not a phone number');
  }
}

export async function refreshCards(): Promise<void> {
  const before = new Map(cards.value.map(({ cardId, card }) => [cardId, classOf(card)]));
  const { cards: now } = await issuer('GET /v1/cards');
  await keepCards(now);
  for (const card of now) {
    // Kept codes say the old class. Below zero there would be no others.
    const isOther = before.has(card.cardId) && before.get(card.cardId) !== classOf(card);
    if (isOther && wallet.value?.mayRide !== false) await changeCard(card.cardId, { supply: null });
  }
  await loadPhone();
}

const classOf = ({ concession }: Card): number => concession?.class ?? 0;

export async function addCard(nickname: string, colour: Card['colour']): Promise<void> {
  const { cardId } = await issuer('POST /v1/cards', { body: { nickname, colour } });
  await refreshCards();
  selectCard(cardId);
}

export async function setBlocked(cardId: string, isBlocked: boolean): Promise<void> {
  const key = isBlocked ? 'POST /v1/cards/{cardId}/block' : 'POST /v1/cards/{cardId}/unblock';
  await changeCard(cardId, { card: await issuer(key, { params: { cardId } }) });
  await loadPhone();
}

/** Fetches the newest trips of a card and keeps them. */
export async function refreshTrips(cardId: string): Promise<{ next: string | null }> {
  const { trips, next } = await issuer('GET /v1/cards/{cardId}/trips', { params: { cardId }, query: {} });
  await changeCard(cardId, { trips });
  await loadPhone();
  return { next };
}

/** Fetches the passes of a card and keeps them, so that the code's screen names them without a network. */
export async function refreshPasses(cardId: string): Promise<void> {
  const { passes } = await issuer('GET /v1/cards/{cardId}/passes', { params: { cardId } });
  await changeCard(cardId, { passes });
  await loadPhone();
}

export async function refreshWallet(): Promise<void> {
  await keepWallet(await issuer('GET /v1/wallet'));
  await loadPhone();
}

/** Ends the session at the issuer first, so that a phone that looks signed out is. */
export async function signOut(): Promise<void> {
  await issuer('POST /v1/sign-out').catch((error: { status: number }) => {
    if (error.status !== 401) throw error;
  });
  await clearPhone();
  selectCard(null);
  await loadPhone();
}
