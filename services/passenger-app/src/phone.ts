/** The state of the page: what the phone keeps, in signals, and the issuer's time second by second. */
import { batch, computed, signal } from '@preact/signals';
import type { Wallet } from '@vedong/contracts/money';
import {
  clockAfterReload,
  clockAfterSleep,
  clockAgeSecondsAt,
  type CodeClock,
  issuerTimeAt,
  phoneMoment,
} from './code-clock.ts';
import { type Account, type KeptCard, readPhone } from './phone-store.ts';

export const account = signal<Account | null>(null);
export const cards = signal<KeptCard[]>([]);
/** As the issuer last told it, for all cards together; null until it has. */
export const wallet = signal<Wallet | null>(null);
export const clock = signal<CodeClock | null>(null);
/** Unix seconds of the issuer's time, whole; null until it is known. */
export const nowSeconds = signal<number | null>(null);

const storageKey = 'selected-card';
const selectedCardId = signal(localStorage.getItem(storageKey));

export const selectedCard = computed(
  () => cards.value.find(({ cardId }) => cardId === selectedCardId.value) ?? cards.value[0],
);

/** Shows this card now and when the page is opened next; null forgets the choice. */
export function selectCard(cardId: string | null): void {
  if (cardId === null) localStorage.removeItem(storageKey);
  else localStorage.setItem(storageKey, cardId);
  selectedCardId.value = cardId;
}

/** Reads what the phone keeps; after each change of it, and when the page is shown again (another tab may have changed it). */
export async function loadPhone(): Promise<void> {
  const kept = await readPhone();
  batch(() => {
    account.value = kept.account ?? null;
    cards.value = kept.cards;
    wallet.value = kept.wallet ?? null;
    if (clock.value === null && kept.clock) clock.value = clockAfterReload(kept.clock, phoneMoment());
  });
}

/** The issuer's time and how old the phone's knowledge of it is, both in seconds; null until it is known. */
export function codeTime(): { nowSeconds: number; clockAgeSeconds: number | null } | null {
  if (clock.value === null) return null;
  const moment = phoneMoment();
  return {
    nowSeconds: issuerTimeAt(clock.value, moment) / 1000,
    clockAgeSeconds: clockAgeSecondsAt(clock.value, moment),
  };
}

let nextTick: ReturnType<typeof setTimeout> | undefined;

/** Counts the issuer's seconds from now on, each when it begins. */
export function countSeconds(): void {
  clearTimeout(nextTick);
  const now = codeTime()?.nowSeconds;
  if (now !== undefined) nowSeconds.value = Math.floor(now);
  nextTick = setTimeout(countSeconds, now === undefined ? 200 : (1 - (now % 1)) * 1000 + 5);
}

/** Puts the clock right after a time in which the phone may have slept. */
export function wakeClock(): void {
  if (clock.value) clock.value = clockAfterSleep(clock.value, phoneMoment());
  countSeconds();
}
