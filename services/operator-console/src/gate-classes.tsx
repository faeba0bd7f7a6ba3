/** Gate classes: what gates do while something is wrong, and the form that changes it. */
import type { OperatorApi, ResponseOf } from '@vedong/contracts';
import { degradedConditions, policyActions as actions, standardGateClass } from '@vedong/travel';
import { useState } from 'preact/hooks';
import { say, type Words } from './language.ts';
import { messages } from './messages.ts';
import { Trouble } from './notices.tsx';
import { call, codeOf } from './session.ts';
import { type Column, Table } from './table.tsx';
import { marks, policyActions } from './words.ts';

export type GateClassEntry = ResponseOf<OperatorApi['GET /v1/gate-classes']>['gateClasses'][number];

export function GateClasses({ classes }: { classes: GateClassEntry[] }) {
  return (
    <>
      <h2>{say(messages.gateClasses)}</h2>
      <Table
        caption={messages.gateClasses}
        columns={columns}
        rows={classes}
        idOf={({ classId }) => classId}
        rowTestId="gate-class-row"
      />
      <ClassForm classes={classes} />
    </>
  );
}

const columns: Column<GateClassEntry>[] = [
  { name: messages.gateClass, cell: ({ classId }) => <code>{classId}</code> },
  ...degradedConditions.map((condition) => ({
    name: marks[condition],
    cell: ({ policies }: GateClassEntry) => say(policyActions[policies[condition]]),
  })),
  { name: messages.cardRides, isNumber: true, cell: ({ limits }) => limits.cardRides },
  { name: messages.gateRides, isNumber: true, cell: ({ limits }) => limits.gateRides },
];

/** An id that exists changes that class; a new one adds it. */
function ClassForm({ classes }: { classes: GateClassEntry[] }) {
  const [classId, setClassId] = useState('');
  const [trouble, setTrouble] = useState<string | null>(null);
  const [isSaved, setSaved] = useState(false);
  const shown = classes.find((known) => known.classId === classId) ?? { ...standardGateClass, classId };
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    setTrouble(null);
    setSaved(false);
    const form = new FormData(event.currentTarget as HTMLFormElement);
    try {
      await call('PUT /v1/gate-classes', { body: { gateClasses: [readForm(form)] } });
      setSaved(true);
    } catch (error) {
      setTrouble(codeOf(error));
    }
  };
  return (
    <details class="announce">
      <summary>{say(messages.changeClass)}</summary>
      <form data-testid="class-form" onSubmit={(event) => void save(event)}>
        <label>
          {say(messages.className)}
          <input
            required
            name="classId"
            pattern="[A-Za-z0-9][A-Za-z0-9._\-]{0,63}"
            data-testid="class-id"
            value={classId}
            onInput={(event) => setClassId(event.currentTarget.value)}
          />
        </label>
        <ClassFields key={shown.classId in byId(classes) ? shown.classId : ''} shown={shown} />
        <button type="submit" class="main">
          {say(messages.save)}
        </button>
      </form>
      <p aria-live="polite">{isSaved && say(messages.classSaved)}</p>
      {trouble && <Trouble code={trouble} />}
    </details>
  );
}

const byId = (classes: GateClassEntry[]): Record<string, GateClassEntry> =>
  Object.fromEntries(classes.map((known) => [known.classId, known]));

function ClassFields({ shown }: { shown: GateClassEntry }) {
  const { policies, limits } = shown;
  return (
    <>
      {degradedConditions.map((condition) => (
        <label key={condition}>
          {say(marks[condition])}
          <select name={condition} defaultValue={policies[condition]}>
            {actions.map((action) => (
              <option key={action} value={action} selected={action === policies[condition]}>
                {say(policyActions[action])}
              </option>
            ))}
          </select>
        </label>
      ))}
      <NumberField
        name="statusOldAfterMinutes"
        words={messages.statusOldAfter}
        value={shown.statusOldAfterMinutes}
      />
      <NumberField name="cardRides" words={messages.cardRides} value={limits.cardRides} />
      <NumberField name="gateRides" words={messages.gateRides} value={limits.gateRides} />
      <NumberField name="rideValue" words={messages.rideValue} value={shown.rideValue} isOptional />
      <NumberField name="cardValue" words={messages.cardValue} value={limits.cardValue} isOptional />
      <NumberField name="gateValue" words={messages.gateValue} value={limits.gateValue} isOptional />
    </>
  );
}

interface NumberProps {
  name: string;
  words: Words;
  value: number | null;
  isOptional?: boolean;
}

function NumberField({ name, words, value, isOptional = false }: NumberProps) {
  return (
    <label>
      {say(words)} {isOptional && <small>{say(messages.noLimit)}</small>}
      <input type="number" name={name} min="0" required={!isOptional} defaultValue={value ?? ''} />
    </label>
  );
}

function readForm(form: FormData): GateClassEntry {
  const text = (name: string) => {
    const typed = form.get(name);
    return typeof typed === 'string' ? typed.trim() : '';
  };
  const optional = (name: string) => (text(name) === '' ? null : Number(text(name)));
  const number = (name: string) => optional(name) ?? 0;
  const policies = Object.fromEntries(degradedConditions.map((condition) => [condition, text(condition)]));
  return {
    classId: text('classId'),
    policies: policies as GateClassEntry['policies'],
    statusOldAfterMinutes: number('statusOldAfterMinutes'),
    limits: {
      cardRides: number('cardRides'),
      gateRides: number('gateRides'),
      cardValue: optional('cardValue'),
      gateValue: optional('gateValue'),
    },
    rideValue: optional('rideValue'),
  };
}
