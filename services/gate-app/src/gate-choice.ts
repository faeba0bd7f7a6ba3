/** Which gate this screen stands at: `?gate=` in the address, else the one chosen here before. */
import { signal } from '@preact/signals';
import { recall, remember } from './remember.ts';

export const chosenGate = signal<string | null>(
  new URLSearchParams(location.search).get('gate') ?? (recall('gate') || null),
);

export function chooseGate(gateId: string | null): void {
  chosenGate.value = gateId;
  remember('gate', gateId ?? '');
  const address = new URL(location.href);
  if (gateId) address.searchParams.set('gate', gateId);
  else address.searchParams.delete('gate');
  history.replaceState(null, '', address);
}
