/** The way back from a screen that has no place in the main menu. */
import { BackIcon } from './icons.tsx';
import { addressOf, type Screen } from './route.ts';

export const BackLink = ({ to, label }: { to: Screen; label: string }) => (
  <a class="back" href={addressOf(to)}>
    <BackIcon />
    {label}
  </a>
);
