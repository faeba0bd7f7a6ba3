/** Incidents: what was found in taps that contradict each other, and what was done about it. */
import type { Incident } from '@vedong/contracts';
import { address, writeAddress } from './address.ts';
import { CardField, ChoiceField, DayField, Filters } from './filters.tsx';
import { IncidentDetails } from './incident-details.tsx';
import './incidents.css';
import {
  blockStates,
  classWords,
  consequenceWords,
  incidentMessages as words,
  incidentStates,
} from './incident-words.ts';
import { Instant } from './instant.tsx';
import { say } from './language.ts';
import { LiveTable } from './live-table.tsx';
import { messages } from './messages.ts';
import { call } from './session.ts';
import { StateBadge } from './state-badge.tsx';
import type { Column } from './table.tsx';
import { useLiveList } from './use-live-list.ts';

const idOf = (incident: Incident): string => incident.incidentId;

export function IncidentsView() {
  const { filters, incidentId } = address.value;
  return (
    <>
      <Filters>
        <ChoiceField
          name="class"
          label={words.kind}
          choices={Object.entries(classWords).map(([name, kind]) => [name, say(kind)])}
        />
        <ChoiceField
          name="state"
          label={messages.state}
          choices={Object.entries(incidentStates).map(([name, state]) => [name, say(state.words)])}
        />
        <DayField />
        <CardField />
      </Filters>
      <IncidentList key={JSON.stringify(filters)} filters={filters} />
      {incidentId && <IncidentDetails key={incidentId} incidentId={incidentId} />}
    </>
  );
}

function IncidentList({ filters }: { filters: Record<string, string> }) {
  const live = useLiveList((after) => loadIncidents(filters, after), idOf);
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <LiveTable
      live={live}
      caption={words.title}
      columns={columns}
      idOf={idOf}
      rowTestId="incident-row"
      empty={isFiltered ? messages.nothingFits : words.none}
    />
  );
}

async function loadIncidents(filters: Record<string, string>, after?: string) {
  const { incidents, next } = await call('GET /v1/incidents', {
    query: { ...filters, ...(after !== undefined && { after }) },
  });
  return { rows: incidents, next };
}

const columns: Column<Incident>[] = [
  {
    name: messages.time,
    cell: (incident) => (
      <a class="row-link" href={writeAddress({ ...address.value, incidentId: incident.incidentId })}>
        <Instant at={incident.happenedAt} />
      </a>
    ),
  },
  { name: words.kind, cell: (incident) => <strong>{say(classWords[incident.class])}</strong> },
  { name: words.about, cell: ({ cardRef, validatorId }) => <code>{cardRef ?? validatorId}</code> },
  { name: words.findings, isNumber: true, cell: ({ count }) => count },
  {
    name: words.consequence,
    cell: ({ consequence, block }) =>
      block ? <StateBadge state={blockStates[block]} /> : say(consequenceWords[consequence]),
  },
  { name: messages.state, cell: ({ state }) => <StateBadge state={incidentStates[state]} /> },
];
