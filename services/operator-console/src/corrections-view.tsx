/** What riders ask to be corrected, with the trip it is about; the trip opened is where staff decide. */
import type { OperatorApi, OperatorTrip, ResponseOf } from '@vedong/contracts';
import { address, go, writeAddress } from './address.ts';
import { correctionKinds, correctionMessages as messages, decisionKinds } from './correction-words.ts';
import { tripFareWords } from './fare-words.ts';
import { useFollowed } from './follow.ts';
import { Instant } from './instant.tsx';
import { sayLine } from './network.ts';
import { say, sayName } from './language.ts';
import { Empty, Loading, Trouble } from './notices.tsx';
import { call } from './session.ts';
import { StateBadge } from './state-badge.tsx';
import { type Column, Table } from './table.tsx';
import { TripDetails } from './trip-details.tsx';
import { tripStates } from './words.ts';

type QueueState = 'open' | 'answered';
type Row = ResponseOf<OperatorApi['GET /v1/correction-requests']>['requests'][number];

export function CorrectionsView() {
  const { filters, tripId } = address.value;
  const state: QueueState = filters['state'] === 'answered' ? 'answered' : 'open';
  return (
    <>
      <fieldset class="summary queues" aria-label={say(messages.queue)}>
        {(['open', 'answered'] as const).map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={one === state}
            data-testid={`queue-${one}`}
            onClick={() => go({ filters: one === 'open' ? {} : { state: one } })}
          >
            {say(messages[one])}
          </button>
        ))}
      </fieldset>
      <Queue key={state} state={state} />
      {tripId !== null && <TripDetails key={tripId} tripId={tripId} />}
    </>
  );
}

function Queue({ state }: { state: QueueState }) {
  const { value, trouble } = useFollowed(() =>
    call('GET /v1/correction-requests', { query: { state, limit: 200 } }),
  );
  const nothing = state === 'open' ? messages.nothingOpen : messages.nothingAnswered;
  return (
    <>
      {trouble && <Trouble code={trouble} />}
      {!value && !trouble && <Loading />}
      {value?.requests.length === 0 && <Empty words={nothing} />}
      {value && value.requests.length > 0 && (
        <Table
          caption={messages.queue}
          columns={state === 'open' ? columns : [...columns, answerColumn]}
          rows={value.requests}
          idOf={({ requestId }) => requestId}
          rowTestId="correction-row"
        />
      )}
      {value?.next && <p class="end">{say(messages.more)}</p>}
    </>
  );
}

const columns: Column<Row>[] = [
  { name: messages.askedAt, cell: ({ askedAt }) => <Instant at={askedAt} /> },
  { name: messages.asks, cell: ({ kind }) => say(correctionKinds[kind]) },
  { name: messages.saysPlace, cell: ({ placeName }) => placeName ?? '' },
  { name: messages.saysWords, cell: ({ words }) => <span class="told">{words}</span> },
  { name: messages.trip, cell: ({ trip, tripId }) => <TripLink trip={trip} tripId={tripId} /> },
];

const answerColumn: Column<Row> = {
  name: messages.answer,
  cell: ({ answer }) =>
    answer && (
      <>
        <strong>{say(decisionKinds[answer.kind])}</strong> {answer.place && sayName(answer.place)}{' '}
        <span class="told">{answer.reason}</span> <small>{answer.decidedBy}</small>
      </>
    ),
};

function TripLink({ trip, tripId }: { trip: OperatorTrip | null; tripId: string }) {
  if (!trip) return <span class="soft">{say(messages.gone)}</span>;
  const first = trip.entry ?? trip.exit;
  return (
    <>
      {sayLine(trip.lineName)} · {first && sayName(first)} <StateBadge state={tripStates[trip.state]} />{' '}
      {say(tripFareWords(trip))}{' '}
      <a class="row-link" href={writeAddress({ ...address.value, tripId })}>
        {say(messages.openTrip)}
      </a>
    </>
  );
}
