/** One trip opened at the side: its whole story, from taps and pairing to price, charge and corrections. */
import type { OperatorTap, OperatorTrip, TripStory } from '@vedong/contracts';
import { useEffect, useRef } from 'preact/hooks';
import { go, writeAddress } from './address.ts';
import { ConflictBadge } from './conflict-badge.tsx';
import { chargeResults, correctionMessages, endSources, pairingWords } from './correction-words.ts';
import { DecideTrip } from './decide-trip.tsx';
import { tripFareWords } from './fare-words.ts';
import { Facts } from './facts.tsx';
import { useFollowed } from './follow.ts';
import { Instant } from './instant.tsx';
import { sayLine } from './network.ts';
import { say, sayName } from './language.ts';
import { messages } from './messages.ts';
import { Loading, Trouble } from './notices.tsx';
import { call } from './session.ts';
import { PriceStory } from './price-story.tsx';
import { StateBadge } from './state-badge.tsx';
import { TapOutcome } from './tap-outcome.tsx';
import { TripCorrections } from './trip-corrections.tsx';
import { gateKinds, guards, markWords, modes, tripStates } from './words.ts';

export function TripDetails({ tripId }: { tripId: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { value, trouble } = useFollowed(() => call('GET /v1/trips/{tripId}', { params: { tripId } }));
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="details"
      data-testid="trip-details"
      aria-label={say(messages.trip)}
      onClose={() => go({ tripId: null })}
    >
      <form method="dialog">
        <h2>{say(messages.trip)}</h2>
        <button type="submit">{say(messages.close)}</button>
      </form>
      {trouble && <Trouble code={trouble} />}
      {!value && !trouble && <Loading />}
      {value && (
        <>
          <TripFacts trip={value.trip} />
          <TripCorrections story={value} />
          <DecideTrip story={value} />
          <Pairing story={value} />
          {value.trip.pricing && <PriceStory pricing={value.trip.pricing} />}
          <h3>{say(messages.tapsOfTrip)}</h3>
          <ol class="taps">
            {value.taps.map((tap) => (
              <TapCard key={tap.tapId} tap={tap} isEvidence={tap.tapId === value.inferredFrom} />
            ))}
          </ol>
        </>
      )}
    </dialog>
  );
}

function Pairing({ story: { trip, charge } }: { story: TripStory }) {
  return (
    <section data-testid="pairing">
      <h3>{say(correctionMessages.pairing)}</h3>
      <p>{say(pairingWords(trip))}</p>
      {charge && (
        <p class="soft">
          {say(correctionMessages.charge)}: №{charge.revision} {say(chargeResults[charge.result])}{' '}
          {charge.code && <code>{charge.code}</code>}{' '}
          {charge.answeredAt && <Instant at={charge.answeredAt} />}
        </p>
      )}
    </section>
  );
}

function TripFacts({ trip }: { trip: OperatorTrip }) {
  const end = (stop: NonNullable<OperatorTrip['entry']>) => (
    <>
      {sayName(stop)}
      {stop.source !== 'correction' && (
        <>
          {' '}
          · <Instant at={stop.at} />
        </>
      )}{' '}
      · {stop.source ? say(endSources[stop.source]) : <code>{stop.gateId}</code>}
    </>
  );
  const allOfCard = writeAddress({ view: 'trips', filters: { cardRef: trip.cardRef }, tripId: null });
  return (
    <Facts
      facts={[
        [messages.state, <StateBadge state={tripStates[trip.state]} />],
        [messages.line, `${say(modes[trip.mode])} · ${sayLine(trip.lineName)}`],
        [trip.mode === 'bus' ? gateKinds.board : gateKinds.entry, trip.entry && end(trip.entry)],
        [trip.mode === 'bus' ? gateKinds.alight : gateKinds.exit, trip.exit && end(trip.exit)],
        [messages.fare, say(tripFareWords(trip))],
        [messages.serviceDay, trip.serviceDay],
        [
          messages.card,
          <>
            <code>{trip.cardRef}</code> <a href={allOfCard}>{say(messages.tripsOfCard)}</a>
          </>,
        ],
        [messages.revision, trip.revision],
      ]}
    />
  );
}

function TapCard({ tap, isEvidence }: { tap: OperatorTap; isEvidence: boolean }) {
  return (
    <li>
      <TapOutcome tap={tap} /> <ConflictBadge conflict={tap.conflict} />
      {isEvidence && (
        <p>
          <strong>{say(correctionMessages.evidence)}</strong>
        </p>
      )}
      <p>
        {sayName(tap)} · <Instant at={tap.at} />
      </p>
      <p class="soft">
        <code>{tap.gateId}</code> · {say(messages.guard)}: {say(guards[tap.guard])} · {tap.validatorId} №
        {tap.seq}
      </p>
      {tap.marks.length > 0 && (
        <p>
          {say(messages.marks)}: {tap.marks.map((mark) => say(markWords(mark))).join(', ')}
        </p>
      )}
    </li>
  );
}
