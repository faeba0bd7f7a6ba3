/** What a person does with an account and its cards; each waits for the issuer and throws its ApiError. */
import type { Card } from '@vedong/contracts/issuer';
import { issuer } from './issuer-client.ts';
import { words } from './language.ts';
import { cards, loadPhone, selectCard } from './phone.ts';
import { changeCard, clearPhone, keepAccount, keepCards } from './phone-store.ts';

/** Signs in and, for a rider who has none yet, makes the first card: nothing else is asked. */
export async function signIn(phone: string, code: string): Promise<void> {
  await issuer('POST /v1/sign-in', { body: { phone, code } });
  await keepAccount(await issuer('GET /v1/me'));
  await refreshCards();
  if (cards.value.length === 0) await addCard(words.value.firstCardName, 'lotus');
}

export async function refreshCards(): Promise<void> {
  await keepCards((await issuer('GET /v1/cards')).cards);
  await loadPhone();
}

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

/** Ends the session at the issuer first, so that a phone that looks signed out is. */
export async function signOut(): Promise<void> {
  await issuer('POST /v1/sign-out').catch((error: { status: number }) => {
    if (error.status !== 401) throw error;
  });
  await clearPhone();
  await loadPhone();
}
