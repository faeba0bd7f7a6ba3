/** What a trip's rider asked for and what staff decided, in the order of time. */
import type { QueuedCorrection, TripDecision, TripStory } from '@vedong/contracts';
import { correctionKinds, correctionMessages as messages, decisionKinds } from './correction-words.ts';
import { Instant } from './instant.tsx';
import { say, sayName } from './language.ts';

export function TripCorrections({ story: { requests, decisions } }: { story: TripStory }) {
  const told = [
    ...requests.map((request) => ({
      at: request.askedAt,
      id: request.requestId,
      card: <Asked request={request} />,
    })),
    ...decisions.map((decision) => ({
      at: decision.at,
      id: decision.decisionId,
      card: <Decided decision={decision} />,
    })),
  ].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  return (
    <section data-testid="trip-corrections">
      <h3>{say(messages.corrections)}</h3>
      {told.length === 0 && <p class="soft">{say(messages.none)}</p>}
      <ol class="taps">
        {told.map(({ id, at, card }) => (
          <li key={id}>
            {card}
            <p class="soft">
              <Instant at={at} />
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Asked({ request: { kind, placeName, words } }: { request: QueuedCorrection }) {
  return (
    <>
      <p>
        {say(messages.riderAsks)}: <strong>{say(correctionKinds[kind])}</strong> {placeName}
      </p>
      {words && <p class="told">{words}</p>}
    </>
  );
}

function Decided({ decision: { kind, place, reason, decidedBy } }: { decision: TripDecision }) {
  return (
    <>
      <p data-testid="decision">
        <strong>{say(decisionKinds[kind])}</strong> {place && sayName(place)} · {say(messages.by)} {decidedBy}
      </p>
      <p class="told">{reason}</p>
    </>
  );
}
