/** First screen: the newest trips, live. */
import type { OperatorTrip } from '@vedong/contracts';
import { address, writeAddress } from './address.ts';
import { InConflict } from './conflict-badge.tsx';
import { tripFareWords } from './fare-words.ts';
import { CardField, ChoiceField, DayField, Filters, GateField } from './filters.tsx';
import { Instant } from './instant.tsx';
import { say, sayName } from './language.ts';
import { LiveTable } from './live-table.tsx';
import { messages } from './messages.ts';
import { gateIds, lines, sayLine } from './network.ts';
import { call } from './session.ts';
import { StateBadge } from './state-badge.tsx';
import type { Column } from './table.tsx';
import { TripDetails } from './trip-details.tsx';
import { useLiveList } from './use-live-list.ts';
import { tripStates } from './words.ts';

const idOf = (trip: OperatorTrip): string => trip.tripId;

export function TripsView() {
  const { filters, tripId } = address.value;
  return (
    <>
      <Filters>
        <DayField />
        <ChoiceField
          name="lineId"
          label={messages.line}
          choices={lines.value.map((line) => [line.lineId, sayName(line)])}
        />
        <ChoiceField
          name="state"
          label={messages.state}
          choices={Object.entries(tripStates).map(([state, { words }]) => [state, say(words)])}
        />
        <CardField />
        <GateField gateIds={gateIds.value} />
      </Filters>
      <TripList key={JSON.stringify(filters)} filters={filters} />
      {tripId !== null && <TripDetails key={tripId} tripId={tripId} />}
    </>
  );
}

function TripList({ filters }: { filters: Record<string, string> }) {
  const live = useLiveList((after) => loadTrips(filters, after), idOf);
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <>
      {live.list && <Summary trips={live.list.rows} />}
      <LiveTable
        live={live}
        caption={messages.trip}
        columns={columns}
        idOf={idOf}
        rowTestId="trip-row"
        empty={isFiltered ? messages.nothingFits : messages.noTrips}
      />
    </>
  );
}

/** The filters come from the address, where anybody can type: the server says what it does not take. */
async function loadTrips(filters: Record<string, string>, after?: string) {
  const { trips, next } = await call('GET /v1/trips', {
    query: { ...filters, ...(after !== undefined && { after }) },
  });
  return { rows: trips, next };
}

const columns: Column<OperatorTrip>[] = [
  {
    name: messages.time,
    cell: (trip) => (
      <a class="row-link" href={writeAddress({ ...address.value, tripId: trip.tripId })}>
        <StartTime trip={trip} />
      </a>
    ),
  },
  { name: messages.line, cell: ({ lineName }) => sayLine(lineName) },
  { name: messages.journey, cell: (trip) => <Journey trip={trip} /> },
  {
    name: messages.state,
    cell: (trip) => (
      <>
        <StateBadge state={tripStates[trip.state]} /> <InConflict is={trip.inConflict} />
      </>
    ),
  },
  { name: messages.fare, isNumber: true, cell: (trip) => <Fare trip={trip} /> },
  { name: messages.card, cell: (trip) => <code>{trip.cardRef}</code> },
];

function StartTime({ trip: { entry, exit } }: { trip: OperatorTrip }) {
  const first = entry ?? exit;
  return first ? <Instant at={first.at} /> : <>{say(messages.unknownEnd)}</>;
}

function Journey({ trip: { mode, entry, exit, state } }: { trip: OperatorTrip }) {
  // A bus trip is one tap on boarding.
  if (mode === 'bus' && entry && !exit) return <>{sayName(entry)}</>;
  const end = (stop: OperatorTrip['entry']) => (stop ? sayName(stop) : say(messages.unknownEnd));
  return (
    <>
      {end(entry)} → {state === 'open' ? '…' : end(exit)}
    </>
  );
}

function Fare({ trip }: { trip: OperatorTrip }) {
  return <span class={trip.fare ? '' : 'soft'}>{say(tripFareWords(trip))}</span>;
}

/** Counts what is on the screen, and says that it is only that. */
function Summary({ trips }: { trips: OperatorTrip[] }) {
  return (
    <p class="summary" data-testid="summary">
      <span>
        <strong>{trips.length}</strong> {say(messages.shownTrips)}
      </span>
      {Object.entries(tripStates).map(([state, { words, symbol }]) => {
        const count = trips.filter((trip) => trip.state === state).length;
        return (
          count > 0 && (
            <span key={state}>
              <span aria-hidden="true">{symbol}</span> {say(words)} <strong>{count}</strong>
            </span>
          )
        );
      })}
    </p>
  );
}
