/** How a trip was put together from its taps, in a sentence. */
import type { RiderTrip } from '@vedong/contracts/rider-trip';
import type { CorrectionMessages } from './correction-messages.ts';
import { correctionWords } from './correction-words.ts';

export function TripPairing({ trip }: { trip: RiderTrip }) {
  const t = correctionWords.value;
  return (
    <section class="panel story" data-testid="pairing">
      <h2>{t.howPaired}</h2>
      <p>{t.paired[pairingOf(trip)]}</p>
    </section>
  );
}

function pairingOf({ state, entry, exit }: RiderTrip): keyof CorrectionMessages['paired'] {
  if (state !== 'complete') return state;
  if (exit?.source === 'inferred') return 'inferred';
  if (entry?.source === 'correction' || exit?.source === 'correction') return 'correction';
  return exit ? 'both' : 'boarding';
}
