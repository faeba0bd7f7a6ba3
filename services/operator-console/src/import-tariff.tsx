/** The form that imports a tariff, and what the operator says of it: imported, or everything that is wrong. */
import type { TariffProblem, TariffVersion } from '@vedong/contracts';
import { ApiError } from '@vedong/contracts/client';
import { useState } from 'preact/hooks';
import { say } from './language.ts';
import { Trouble } from './notices.tsx';
import { call, codeOf } from './session.ts';
import { type Column, Table } from './table.tsx';
import { problemRule, tariffMessages as messages } from './tariff-words.ts';

type Answer =
  | { kind: 'nothing_yet' }
  | { kind: 'importing' }
  | { kind: 'imported'; tariff: TariffVersion }
  | { kind: 'refused'; problems: TariffProblem[]; leftOff: number }
  /** `detail` is the operator's own sentence: it names the tariff that is in the way. */
  | { kind: 'trouble'; code: string; detail: string };

export function ImportTariff() {
  const [answer, setAnswer] = useState<Answer>({ kind: 'nothing_yet' });
  const submit = async (event: SubmitEvent & { currentTarget: HTMLFormElement }): Promise<void> => {
    event.preventDefault();
    const form = event.currentTarget;
    setAnswer({ kind: 'importing' });
    const next = await importFrom(new FormData(form));
    if (next.kind === 'imported') form.reset();
    setAnswer(next);
  };
  return (
    <details class="announce">
      <summary>{say(messages.import)}</summary>
      <form onSubmit={(event) => void submit(event)}>
        <label>
          {say(messages.file)}
          <input name="file" type="file" accept=".zip,application/zip" required data-testid="tariff-file" />
        </label>
        <label>
          {say(messages.from)}
          <input name="from" type="date" required data-testid="tariff-from" />
        </label>
        <label>
          {say(messages.toOptional)}
          <input name="to" type="date" />
        </label>
        <label>
          {say(messages.nameOptional)}
          <input name="name" maxLength={60} />
        </label>
        <button type="submit" class="main" data-testid="import-tariff" disabled={answer.kind === 'importing'}>
          {say(messages.doImport)}
        </button>
      </form>
      <Outcome answer={answer} />
    </details>
  );
}

async function importFrom(form: FormData): Promise<Answer> {
  const text = (name: string): string | undefined => {
    const value = form.get(name);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  const query = { from: text('from') ?? '', to: text('to'), name: text('name') };
  const upload = new Blob([form.get('file') as File], { type: 'application/zip' });
  try {
    const { tariff } = await call('POST /v1/tariffs', { query, upload });
    return { kind: 'imported', tariff };
  } catch (error) {
    const told = error instanceof ApiError ? error.problem['feedProblems'] : undefined;
    if (told) return { kind: 'refused', ...(told as { problems: TariffProblem[]; leftOff: number }) };
    return { kind: 'trouble', code: codeOf(error), detail: error instanceof ApiError ? error.message : '' };
  }
}

function Outcome({ answer }: { answer: Answer }) {
  switch (answer.kind) {
    case 'nothing_yet':
      return null;
    case 'importing':
      return (
        <div class="loading" aria-live="polite">
          <span class="bar" aria-hidden="true" />
          {say(messages.importing)}
        </div>
      );
    case 'imported':
      return (
        <output class="notice" data-testid="tariff-imported">
          ✓ {say(messages.imported)}: {answer.tariff.name}
        </output>
      );
    case 'trouble':
      return (
        <>
          <Trouble code={answer.code} />
          <p class="soft" lang="en">
            {answer.detail}
          </p>
        </>
      );
    default:
      return <Problems problems={answer.problems} leftOff={answer.leftOff} />;
  }
}

const columns: Column<{ problem: TariffProblem; place: number }>[] = [
  { name: messages.fileName, cell: ({ problem }) => <code>{problem.file}</code> },
  { name: messages.line, isNumber: true, cell: ({ problem }) => problem.line ?? '' },
  { name: messages.field, cell: ({ problem }) => problem.field !== null && <code>{problem.field}</code> },
  {
    name: messages.problem,
    cell: ({ problem: { rule } }) => (
      <>
        {say(problemRule(rule))} <code>{rule}</code>
      </>
    ),
  },
  { name: messages.value, cell: ({ problem }) => problem.value !== null && <code>{problem.value}</code> },
];

function Problems({ problems, leftOff }: { problems: TariffProblem[]; leftOff: number }) {
  return (
    <section data-testid="tariff-problems">
      <p class="notice trouble" role="alert">
        <span aria-hidden="true">! </span>
        {say(messages.nothingImported)} ({problems.length + leftOff})
      </p>
      <Table
        caption={messages.problems}
        columns={columns}
        rows={problems.map((problem, place) => ({ problem, place }))}
        idOf={({ place }) => String(place)}
        rowTestId="problem-row"
      />
      {leftOff > 0 && (
        <p class="soft">
          {leftOff} {say(messages.leftOff)}
        </p>
      )}
    </section>
  );
}
