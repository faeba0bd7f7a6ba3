/** Which screen is shown, kept in the address so that the phone's back button works. */
import { signal } from '@preact/signals';

export const screens = ['code', 'trips', 'cards', 'new-card', 'sign-in'] as const;
export type Screen = (typeof screens)[number];

const readScreen = (): Screen => screens.find((name) => location.hash === `#${name}`) ?? 'code';

export const screen = signal<Screen>(readScreen());
addEventListener('hashchange', () => (screen.value = readScreen()));

export const addressOf = (name: Screen): string => `#${name}`;

export function goTo(name: Screen): void {
  location.hash = addressOf(name);
}
