/** Tariffs with the days on which they are in force, and the form that imports another. */
import type { TariffVersion } from '@vedong/contracts';
import { useState } from 'preact/hooks';
import { useFollowed } from './follow.ts';
import { ImportTariff } from './import-tariff.tsx';
import { Instant } from './instant.tsx';
import { say } from './language.ts';
import { Empty, Loading, Trouble } from './notices.tsx';
import { call, codeOf } from './session.ts';
import { type Column, Table } from './table.tsx';
import { tariffMessages as messages } from './tariff-words.ts';

export function TariffsView() {
  const { value, trouble } = useFollowed(() => call('GET /v1/tariffs'));
  return (
    <>
      {trouble && <Trouble code={trouble} />}
      {!value && !trouble && <Loading />}
      <ImportTariff />
      {value &&
        (value.tariffs.length === 0 ? (
          <Empty words={messages.none} />
        ) : (
          <Table
            caption={messages.versions}
            columns={columns}
            rows={value.tariffs}
            idOf={({ tariffId }) => tariffId}
            rowTestId="tariff-row"
          />
        ))}
    </>
  );
}

const columns: Column<TariffVersion>[] = [
  {
    name: messages.name,
    cell: ({ name, tariffId }) => (
      <>
        <strong>{name}</strong> <code>{tariffId}</code>
      </>
    ),
  },
  { name: messages.from, cell: ({ from }) => from },
  { name: messages.to, cell: (tariff) => <LastDay tariff={tariff} /> },
  { name: messages.importedBy, cell: ({ importedBy }) => importedBy },
  { name: messages.importedAt, cell: ({ importedAt }) => <Instant at={importedAt} /> },
];

/** A tariff without an end can be given one. */
function LastDay({ tariff: { tariffId, from, to } }: { tariff: TariffVersion }) {
  const [trouble, setTrouble] = useState<string | null>(null);
  const [day, setDay] = useState('');
  if (to !== null) return <>{to}</>;
  const end = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    setTrouble(null);
    try {
      await call('POST /v1/tariffs/{tariffId}/end', { params: { tariffId }, body: { to: day } });
    } catch (error) {
      setTrouble(codeOf(error));
    }
  };
  return (
    <>
      {say(messages.noEnd)}
      <details>
        <summary>{say(messages.setEnd)}</summary>
        <form onSubmit={(event) => void end(event)}>
          <input
            required
            type="date"
            min={from}
            value={day}
            aria-label={say(messages.to)}
            data-testid="end-day"
            onInput={(event) => setDay(event.currentTarget.value)}
          />
          <button type="submit">{say(messages.setEnd)}</button>
        </form>
        {trouble && <Trouble code={trouble} />}
      </details>
    </>
  );
}
