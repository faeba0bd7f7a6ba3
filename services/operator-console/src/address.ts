/** What the page shows is in its address, after the `#`: view, filters, the opened trip. A link can be shared. */
import { signal } from '@preact/signals';

export const views = ['trips', 'corrections', 'taps', 'gates', 'tariffs'] as const;
export type View = (typeof views)[number];

export interface Address {
  view: View;
  filters: Record<string, string>;
  /** The opened trip. */
  tripId: string | null;
}

/** `#/trips?state=open&trip=…`; anything else is the first screen. */
export function readAddress(hash: string): Address {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const { trip, ...filters } = Object.fromEntries(new URLSearchParams(query));
  return { view: views.find((view) => view === path) ?? 'trips', filters, tripId: trip ?? null };
}

/** Filters without a value are left out. */
export function writeAddress({ view, filters, tripId }: Address): string {
  const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value !== ''));
  if (tripId !== null) query.set('trip', tripId);
  return `#/${view}${query.size > 0 ? `?${query}` : ''}`;
}

export const address = signal<Address>(readAddress(''));

export function followAddress(): void {
  const read = () => (address.value = readAddress(location.hash));
  addEventListener('hashchange', read);
  read();
}

/** Changes part of the address, as a step the browser's back button undoes. */
export function go(change: Partial<Address>): void {
  location.hash = writeAddress({ ...address.peek(), ...change });
}
