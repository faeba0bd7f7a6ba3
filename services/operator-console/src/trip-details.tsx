/** One trip opened at the side: its ends, its fare, its taps with verdict, guard and marks. */
import type { OperatorTap, OperatorTrip } from '@vedong/contracts';
import { useEffect, useRef } from 'preact/hooks';
import { go, writeAddress } from './address.ts';
import { fareWords } from './fare-words.ts';
import { useFollowed } from './follow.ts';
import { Instant } from './instant.tsx';
import { say, sayName } from './language.ts';
import { messages } from './messages.ts';
import { Loading, Trouble } from './notices.tsx';
import { call } from './session.ts';
import { StateBadge } from './state-badge.tsx';
import { TapOutcome } from './tap-outcome.tsx';
import { gateKinds, guards, markWords, modes, tripStates } from './words.ts';

export function TripDetails({ tripId }: { tripId: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { value, trouble } = useFollowed(
    () => call('GET /v1/trips/{tripId}', { params: { tripId } }),
    tripId,
  );
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
          <h3>{say(messages.tapsOfTrip)}</h3>
          <ol class="taps">
            {value.taps.map((tap) => (
              <TapCard key={tap.tapId} tap={tap} />
            ))}
          </ol>
        </>
      )}
    </dialog>
  );
}

function TripFacts({ trip }: { trip: OperatorTrip }) {
  const ends = [
    [gateKinds.entry, trip.entry],
    [gateKinds.exit, trip.exit],
  ] as const;
  return (
    <dl class="facts">
      <dt>{say(messages.state)}</dt>
      <dd>
        <StateBadge state={tripStates[trip.state]} />
      </dd>
      <dt>{say(messages.line)}</dt>
      <dd>
        {say(modes[trip.mode])} · {trip.lineName}
      </dd>
      {ends.map(
        ([name, end]) =>
          end && (
            <>
              <dt>{say(trip.mode === 'bus' ? gateKinds.board : name)}</dt>
              <dd>
                {sayName(end)} · <Instant at={end.at} /> · <code>{end.gateId}</code>
              </dd>
            </>
          ),
      )}
      <dt>{say(messages.fare)}</dt>
      <dd>{say(fareWords(trip.fare))}</dd>
      <dt>{say(messages.serviceDay)}</dt>
      <dd>{trip.serviceDay}</dd>
      <dt>{say(messages.card)}</dt>
      <dd>
        <code>{trip.cardRef}</code>{' '}
        <a href={writeAddress({ view: 'trips', filters: { cardRef: trip.cardRef }, tripId: null })}>
          {say(messages.tripsOfCard)}
        </a>
      </dd>
      <dt>{say(messages.revision)}</dt>
      <dd>{trip.revision}</dd>
    </dl>
  );
}

function TapCard({ tap }: { tap: OperatorTap }) {
  return (
    <li>
      <TapOutcome tap={tap} />
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
