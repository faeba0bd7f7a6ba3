/** Anti-passback: each line's rule in words, the form that changes it, and who changed it before. */
import type { OperatorApi, PassbackChange, ResponseOf } from '@vedong/contracts';
import { passbackAreas, type PassbackRule } from '@vedong/travel';
import { useRef, useState } from 'preact/hooks';
import { Instant } from './instant.tsx';
import { say, sayName } from './language.ts';
import { messages } from './messages.ts';
import { Trouble } from './notices.tsx';
import {
  areaWords,
  passbackWords as words,
  readRule,
  ruleSentence,
  type RuleField,
  type RuleTyped,
} from './passback-words.ts';
import { call, codeOf } from './session.ts';
import { trustWords } from './trust-words.ts';
import { type Column, Table } from './table.tsx';

type Line = ResponseOf<OperatorApi['GET /v1/lines']>['lines'][number];

interface LineWithChanges {
  line: Line;
  /** The newest first. */
  changes: PassbackChange[];
}

export function PassbackRules({ lines, changes }: { lines: Line[]; changes: PassbackChange[] }) {
  const rows = lines.map((line) => ({
    line,
    changes: changes.filter(({ lineId }) => lineId === line.lineId),
  }));
  return (
    <>
      <h2>{say(words.title)}</h2>
      <p>{say(words.means)}</p>
      <Table
        caption={words.title}
        columns={columns}
        rows={rows}
        idOf={({ line }) => line.lineId}
        rowTestId="passback-row"
      />
    </>
  );
}

const columns: Column<LineWithChanges>[] = [
  { name: messages.line, cell: ({ line }) => <strong>{sayName(line)}</strong> },
  { name: words.rule, cell: ({ line }) => say(ruleSentence(line.passback, line.mode)) },
  {
    name: words.changed,
    cell: ({ changes: [last] }) =>
      last ? (
        <>
          <Instant at={last.at} /> <small class="by">{last.by}</small>
        </>
      ) : (
        '–'
      ),
  },
  { name: trustWords.action, cell: (row) => <ChangeRule {...row} /> },
];

const typedFrom = (rule: PassbackRule | undefined): RuleTyped => ({
  within: rule?.within ?? 'gate',
  seconds: String(rule?.seconds ?? 60),
  isGroup: rule?.group !== undefined,
  persons: String(rule?.group?.persons ?? 4),
  groupSeconds: String(rule?.group?.seconds ?? 60),
});

function ChangeRule({ line, changes }: LineWithChanges) {
  const dialog = useRef<HTMLDialogElement>(null);
  // What is polled meanwhile does not overwrite what is being typed.
  const [typed, setTyped] = useState<RuleTyped | null>(null);
  const open = () => {
    setTyped(typedFrom(line.passback));
    dialog.current?.showModal();
  };
  const title = `${say(words.title)}: ${sayName(line)}`;
  return (
    <>
      <button type="button" data-testid="change-passback" aria-haspopup="dialog" onClick={open}>
        {say(words.change)} <span class="hidden">{sayName(line)}</span>
      </button>
      <dialog ref={dialog} class="ask" aria-label={title} onClose={() => setTyped(null)}>
        {typed && (
          <>
            <h2>{title}</h2>
            <RuleForm line={line} typed={typed} onTyped={setTyped} />
            <History changes={changes} mode={line.mode} />
            <button type="button" onClick={() => dialog.current?.close()}>
              {say(messages.close)}
            </button>
          </>
        )}
      </dialog>
    </>
  );
}

interface RuleFormProps {
  line: Line;
  typed: RuleTyped;
  onTyped: (typed: RuleTyped) => void;
}

/** Where riders tap off, entries and exits of several people with one card cannot be told apart. */
const mayGroup = ({ mode, tapPolicy }: Line): boolean => mode === 'bus' && tapPolicy === 'tap_on';

function RuleForm({ line, typed, onTyped }: RuleFormProps) {
  const [saving, setSaving] = useState<'no' | 'saved' | { trouble: string }>('no');
  const read = readRule(typed);
  const wrong = 'wrong' in read ? read.wrong : {};
  const change = (part: Partial<RuleTyped>) => {
    setSaving('no');
    onTyped({ ...typed, ...part });
  };
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if ('wrong' in read) {
      (event.currentTarget as HTMLFormElement).querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
      return;
    }
    const body = { passback: read.rule };
    await call('PUT /v1/lines/{lineId}/passback', { params: { lineId: line.lineId }, body }).then(
      () => setSaving('saved'),
      (error: unknown) => setSaving({ trouble: codeOf(error) }),
    );
  };
  const field = (name: RuleField) => (
    <NumberField
      name={name}
      value={typed[name]}
      wrong={wrong[name]}
      onValue={(value) => change({ [name]: value })}
    />
  );
  return (
    <form noValidate data-testid="passback-form" onSubmit={(event) => void save(event)}>
      <label>
        {say(words.where)}
        <select
          name="within"
          value={typed.within}
          onChange={(event) => change({ within: event.currentTarget.value as RuleTyped['within'] })}
        >
          {passbackAreas.map((within) => (
            <option key={within} value={within}>
              {say(areaWords(within, line.mode))}
            </option>
          ))}
        </select>
      </label>
      {field('seconds')}
      {(mayGroup(line) || typed.isGroup) && (
        <label class="switch">
          <input
            type="checkbox"
            name="isGroup"
            checked={typed.isGroup}
            onChange={(event) => change({ isGroup: event.currentTarget.checked })}
          />
          {say(words.group)}
        </label>
      )}
      {!mayGroup(line) && <p class="soft">{say(words.noGroup)}</p>}
      {typed.isGroup && (
        <>
          {field('persons')}
          {field('groupSeconds')}
          <p class="soft">{say(words.groupHint)}</p>
        </>
      )}
      <p class="preview" data-testid="passback-preview" aria-live="polite">
        <strong>{say(words.preview)}: </strong>
        {'rule' in read ? say(ruleSentence(read.rule, line.mode)) : '…'}
      </p>
      <button type="submit" class="main">
        {say(messages.save)}
      </button>
      <p aria-live="polite">{saving === 'saved' && say(words.saved)}</p>
      {typeof saving === 'object' && <Trouble code={saving.trouble} />}
    </form>
  );
}

interface NumberFieldProps {
  name: RuleField;
  value: string;
  wrong: (typeof words)[keyof typeof words] | undefined;
  onValue: (value: string) => void;
}

/** Says what is wrong below itself, to screen readers too. */
function NumberField({ name, value, wrong, onValue }: NumberFieldProps) {
  return (
    <label>
      {say(words[name])}
      <input
        name={name}
        inputMode="numeric"
        autocomplete="off"
        maxLength={5}
        value={value}
        aria-invalid={wrong !== undefined}
        aria-describedby={wrong && `wrong-${name}`}
        onInput={(event) => onValue(event.currentTarget.value)}
      />
      {wrong && (
        <span id={`wrong-${name}`} class="bad" role="alert">
          ! {say(wrong)}
        </span>
      )}
    </label>
  );
}

function History({ changes, mode }: { changes: PassbackChange[]; mode: Line['mode'] }) {
  return (
    <details class="history" data-testid="passback-history">
      <summary>
        {say(words.history)} ({changes.length})
      </summary>
      {changes.length === 0 && <p>{say(words.noHistory)}</p>}
      <ol>
        {changes.map(({ at, by, passback }) => (
          <li key={`${at} ${by}`}>
            <Instant at={at} /> · {by}
            <br />
            {say(ruleSentence(passback, mode))}
          </li>
        ))}
      </ol>
    </details>
  );
}
