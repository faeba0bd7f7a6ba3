/** Which screen is shown and of what, kept in the address so that the phone's back button works. */
import { computed, signal } from '@preact/signals';

export const screens = [
  'code',
  'trips',
  'trip',
  'wallet',
  'top-up',
  'passes',
  'receipt',
  'refund',
  'cards',
  'new-card',
  'sign-in',
] as const;
export type Screen = (typeof screens)[number];

/** `#trip/ID`; what a payment page appends after a question mark is not ours. */
const readHash = () => location.hash.slice(1).split(/[/?&]/);

const hash = signal(readHash());
addEventListener('hashchange', () => (hash.value = readHash()));

export const screen = computed((): Screen => screens.find((name) => name === hash.value[0]) ?? 'code');
/** The id in the address: what is shown: a trip, a top-up, a receipt. */
export const shownId = computed((): string | null => hash.value[1] ?? null);

export const addressOf = (name: Screen, id?: string): string => (id ? `#${name}/${id}` : `#${name}`);

export function goTo(name: Screen, id?: string): void {
  location.hash = addressOf(name, id);
}
