/** Every tap as the gates journalled it, refusals too, live. */
import type { OperatorTap } from '@vedong/contracts';
import { address } from './address.ts';
import { ConflictBadge } from './conflict-badge.tsx';
import { CardField, ChoiceField, DayField, Filters, GateField } from './filters.tsx';
import { incidentMessages as words } from './incident-words.ts';
import { Instant } from './instant.tsx';
import { say, sayName } from './language.ts';
import { LiveTable } from './live-table.tsx';
import { messages } from './messages.ts';
import { gateIds, sayLine } from './network.ts';
import { call } from './session.ts';
import type { Column } from './table.tsx';
import { TapOutcome } from './tap-outcome.tsx';
import { useLiveList } from './use-live-list.ts';
import { guards, markWords, outcomes, policyWords, reasons } from './words.ts';

const idOf = (tap: OperatorTap): string => tap.tapId;

export function TapsView() {
  const { filters } = address.value;
  return (
    <>
      <Filters>
        <DayField />
        <ChoiceField
          name="outcome"
          label={messages.outcome}
          choices={Object.entries(outcomes).map(([outcome, { words }]) => [outcome, say(words)])}
        />
        <ChoiceField
          name="reason"
          label={messages.reason}
          choices={Object.entries(reasons).map(([reason, words]) => [reason, say(words)])}
        />
        <CardField />
        <GateField gateIds={gateIds.value} />
      </Filters>
      <TapList key={JSON.stringify(filters)} filters={filters} />
    </>
  );
}

function TapList({ filters }: { filters: Record<string, string> }) {
  const live = useLiveList((after) => loadTaps(filters, after), idOf);
  const isFiltered = Object.keys(filters).length > 0;
  return (
    <LiveTable
      live={live}
      caption={messages.tapsOfTrip}
      columns={columns}
      idOf={idOf}
      rowTestId="tap-row"
      empty={isFiltered ? messages.nothingFits : messages.noTaps}
    />
  );
}

async function loadTaps(filters: Record<string, string>, after?: string) {
  const { taps, next } = await call('GET /v1/taps', {
    query: { ...filters, ...(after !== undefined && { after }) },
  });
  return { rows: taps, next };
}

const columns: Column<OperatorTap>[] = [
  { name: messages.time, cell: (tap) => <Instant at={tap.at} /> },
  { name: messages.outcome, cell: (tap) => <TapOutcome tap={tap} /> },
  {
    name: messages.place,
    cell: (tap) => (
      <>
        {sayName(tap)} <small>{sayLine(tap.lineName)}</small>
      </>
    ),
  },
  { name: messages.gate, cell: (tap) => <code>{tap.gateId}</code> },
  { name: messages.guard, cell: (tap) => say(guards[tap.guard]) },
  { name: messages.card, cell: (tap) => (tap.cardRef ? <code>{tap.cardRef}</code> : '–') },
  { name: words.conflict, cell: (tap) => (tap.conflict ? <ConflictBadge conflict={tap.conflict} /> : '–') },
  {
    name: messages.marks,
    cell: ({ marks, policy }) => (
      <>
        {marks.map((mark) => say(markWords(mark))).join(', ') || '–'}{' '}
        {policy && <small>({say(policyWords(policy))})</small>}
      </>
    ),
  },
];
