/** Asks the operator to correct a trip: where the missing tap would have been, or what is wrong. */
import type { CorrectionKind } from '@vedong/contracts/corrections';
import type { RiderTrip } from '@vedong/contracts/rider-trip';
import { useMemo, useRef } from 'preact/hooks';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { correctionWords } from './correction-words.ts';
import { issuer } from './issuer-client.ts';
import { placeName } from './local-words.ts';
import { cards } from './phone.ts';
import { newPurchaseId } from './purchase-id.ts';

interface CorrectionDialogProps {
  cardId: string;
  trip: RiderTrip;
  kind: CorrectionKind;
  onAsked: () => void;
  onClose: () => void;
}

export function CorrectionDialog({ cardId, trip, kind, onAsked, onClose }: CorrectionDialogProps) {
  const t = correctionWords.value;
  const fields = useRef<HTMLDivElement>(null);
  // One id for one request, kept over a second press and a try after a lost answer: it is asked once.
  const requestId = useMemo(newPurchaseId, []);
  const isForgotten = kind === 'forgot_tap';
  const isEntry = trip.state === 'missing_entry';
  const textOf = (name: string): string =>
    fields.current?.querySelector<HTMLInputElement | HTMLTextAreaElement>(`[name=${name}]`)?.value.trim() ??
    '';
  const ask = async () => {
    await issuer('POST /v1/cards/{cardId}/trips/{tripId}/corrections', {
      params: { cardId, tripId: trip.tripId },
      body: { requestId, kind, placeName: textOf('place') || null, words: textOf('words') },
    });
    onAsked();
  };
  const forgotten = isEntry ? t.forgotOn : t.forgotOff;
  const question = {
    title: isForgotten ? forgotten : t.wrong,
    consequences: t.consequences,
    action: t.send,
    isGrave: false,
    run: ask,
  };
  return (
    <ConfirmDialog question={question} onClose={onClose}>
      <div ref={fields}>
        {isForgotten && (
          <label class="correction-field">
            {isEntry ? t.whereOn : t.whereOff}
            <input
              name="place"
              required
              maxLength={60}
              pattern=".*\S.*"
              list="known-places"
              autocomplete="off"
              placeholder={t.placeExample}
              data-testid="correction-place"
            />
            <datalist id="known-places">
              {placesRidden(trip.lineName).map((name) => (
                <option key={name}>{name}</option>
              ))}
            </datalist>
          </label>
        )}
        <label class="correction-field">
          {isForgotten ? t.more : t.what}
          <textarea
            name="words"
            rows={3}
            maxLength={500}
            required={!isForgotten}
            data-testid="correction-words"
          />
        </label>
      </div>
    </ConfirmDialog>
  );
}

/** Places of the line that the phone knows from trips it keeps: people mostly ride the same way. */
function placesRidden(lineName: string): string[] {
  const ends = cards.value
    .flatMap(({ trips }) => trips)
    .filter((trip) => trip.lineName === lineName)
    .flatMap(({ entry, exit }) => [entry, exit])
    .filter((end) => end !== null);
  return [...new Set(ends.map(placeName))];
}
