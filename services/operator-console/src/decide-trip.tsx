/** The form in which staff decide about a trip: what, where, and why. */
import type { DecisionKind, TripStory } from '@vedong/contracts';
import { useState } from 'preact/hooks';
import { correctionMessages as messages, decisionKinds, lacksEnd } from './correction-words.ts';
import { say, sayName } from './language.ts';
import { placesOfLine } from './network.ts';
import { Trouble } from './notices.tsx';
import { newId } from './new-id.ts';
import { call, codeOf } from './session.ts';

export function DecideTrip({ story }: { story: TripStory }) {
  const { trip, requests, decisions } = story;
  const [id, setId] = useState(newId);
  const [state, setState] = useState<'idle' | 'sending' | 'saved'>('idle');
  const [trouble, setTrouble] = useState<string | null>(null);
  const hasOpenRequest = requests.some(
    ({ requestId }) => !decisions.some((decision) => decision.requestId === requestId),
  );
  const kinds: DecisionKind[] = [
    ...(lacksEnd(trip) ? (['complete'] as const) : []),
    'waive',
    ...(hasOpenRequest ? (['refuse'] as const) : []),
    ...(decisions.some(({ kind }) => kind !== 'refuse') ? (['as_tapped'] as const) : []),
  ];
  const [chosen, setChosen] = useState<DecisionKind | null>(null);
  const kind = chosen && kinds.includes(chosen) ? chosen : kinds[0];
  const send = async (event: SubmitEvent & { currentTarget: HTMLFormElement }): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    const entered = new FormData(form);
    const text = (name: string): string | null => (entered.get(name) as string | null) || null;
    setState('sending');
    setTrouble(null);
    try {
      const body = { decisionId: id, kind: kind!, placeId: text('placeId'), reason: text('reason') ?? '' };
      await call('POST /v1/trips/{tripId}/decisions', { params: { tripId: trip.tripId }, body });
      form.reset();
      setId(newId());
      setChosen(null);
      setState('saved');
    } catch (error) {
      setTrouble(codeOf(error));
      setState('idle');
    }
  };
  const form = (
    <details class="announce" open={hasOpenRequest} data-testid="decide">
      <summary>{say(hasOpenRequest ? messages.decideOpen : messages.decide)}</summary>
      <form onSubmit={(event) => void send(event)}>
        <label>
          {say(messages.what)}
          <select
            name="kind"
            data-testid="decision-kind"
            value={kind}
            onChange={(event) => setChosen(event.currentTarget.value as DecisionKind)}
          >
            {kinds.map((one) => (
              <option key={one} value={one}>
                {say(decisionKinds[one])}
              </option>
            ))}
          </select>
        </label>
        {kind === 'complete' && <PlaceField trip={trip} />}
        <label class="wide">
          {say(messages.reason)}
          <textarea
            name="reason"
            required
            minLength={3}
            maxLength={500}
            rows={3}
            data-testid="decision-reason"
          />
        </label>
        <button type="submit" class="main" data-testid="save-decision" disabled={state === 'sending'}>
          {say(messages.save)}
        </button>
      </form>
      {trouble && <Trouble code={trouble} />}
    </details>
  );
  // Beside the form, which may fold once the rider is answered.
  return (
    <>
      {form}
      {state === 'saved' && <output class="notice">✓ {say(messages.saved)}</output>}
    </>
  );
}

/** Where the line has gates, but for the place that is known from a tap. */
function PlaceField({ trip: { lineId, entry, exit } }: Pick<TripStory, 'trip'>) {
  const tapped = [entry, exit].find((end) => end && !end.source);
  const places = placesOfLine(lineId).filter(({ nameVi }) => nameVi !== tapped?.nameVi);
  return (
    <label>
      {say(messages.where)}
      <select name="placeId" required data-testid="decision-place">
        <option value="">{say(messages.choosePlace)}</option>
        {places.map((place) => (
          <option key={place.placeId} value={place.placeId}>
            {sayName(place)}
          </option>
        ))}
      </select>
    </label>
  );
}
