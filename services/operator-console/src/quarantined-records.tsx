/** How many records of a validator were put aside; pressed, which and why. */
import type { QuarantinedRecord } from '@vedong/contracts';
import { useRef, useState } from 'preact/hooks';
import { Instant } from './instant.tsx';
import { say } from './language.ts';
import { messages } from './messages.ts';
import { Loading, Trouble } from './notices.tsx';
import { quarantineReason, quarantineWords as words } from './quarantine-words.ts';
import { call, codeOf } from './session.ts';
import { type Column, Table } from './table.tsx';

interface QuarantinedRecordsProps {
  validatorId: string;
  name: string;
  quarantined: number;
}

export function QuarantinedRecords({ validatorId, name, quarantined }: QuarantinedRecordsProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [records, setRecords] = useState<QuarantinedRecord[] | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  if (quarantined === 0) return <>0</>;
  const open = () => {
    dialog.current?.showModal();
    setRecords(null);
    setTrouble(null);
    call('GET /v1/validators/{validatorId}/quarantined-taps', { params: { validatorId } }).then(
      (answer) => setRecords(answer.records),
      (error: unknown) => setTrouble(codeOf(error)),
    );
  };
  return (
    <>
      <button type="button" class="bad" data-testid="quarantined" aria-haspopup="dialog" onClick={open}>
        ! {quarantined} <span class="hidden">{say(words.look)}</span>
      </button>
      <dialog ref={dialog} class="ask" aria-label={say(words.title)}>
        <h2>{say(words.title)}</h2>
        <p>
          <strong>{name}</strong> <code>{validatorId}</code>
        </p>
        <p>{say(words.means)}</p>
        {trouble && <Trouble code={trouble} />}
        {!records && !trouble && <Loading />}
        {records && (
          <Table
            caption={words.title}
            columns={columns}
            rows={records}
            idOf={({ seq }) => String(seq)}
            rowTestId="quarantined-row"
          />
        )}
        <button type="button" onClick={() => dialog.current?.close()}>
          {say(messages.close)}
        </button>
      </dialog>
    </>
  );
}

const columns: Column<QuarantinedRecord>[] = [
  { name: words.number, isNumber: true, cell: ({ seq }) => seq },
  { name: words.why, cell: ({ code }) => say(quarantineReason(code)) },
  { name: words.receivedAt, cell: ({ receivedAt }) => <Instant at={receivedAt} /> },
];
