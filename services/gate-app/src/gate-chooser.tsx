/** The first screen of a new device: which gate does it stand at? */
import { useState } from 'preact/hooks';
import { chooseGate } from './gate-choice.ts';
import type { StatusGate } from './gate-health.ts';
import { searchGates } from './gate-search.ts';
import { say } from './language.ts';
import { gateKinds, healthWords, messages } from './messages.ts';
import { TopBar } from './top-bar.tsx';
import { reading } from './validator.ts';

export function GateChooser() {
  const [typed, setTyped] = useState('');
  const { status, isAnswering } = reading.value;
  const found = searchGates(status?.gates ?? [], typed);
  return (
    <div class="chooser">
      <TopBar />
      <main>
        <h1>{say(messages.chooseGate)}</h1>
        <p>{say(messages.chooseGateOnce)}</p>
        <label>
          {say(messages.searchGate)}
          <input
            type="search"
            data-testid="gate-search"
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        <ul data-testid="gate-select">
          {found.map((gate) => (
            <li key={gate.gateId}>
              <GateButton gate={gate} />
            </li>
          ))}
        </ul>
        {found.length === 0 && <Nothing isAnswering={isAnswering} hasGates={Boolean(status?.gates.length)} />}
      </main>
    </div>
  );
}

function GateButton({ gate }: { gate: StatusGate }) {
  const kind = gateKinds[gate.kind];
  return (
    <button type="button" data-gate={gate.gateId} onClick={() => chooseGate(gate.gateId)}>
      <span class="kind" aria-hidden="true">
        {kind.symbol}
      </span>
      <span>
        <strong>{say({ vi: gate.place.nameVi, en: gate.place.nameEn })}</strong>
        <small>
          {say(kind)} · {gate.lineName} · {gate.gateId}
        </small>
      </span>
    </button>
  );
}

function Nothing({ isAnswering, hasGates }: { isAnswering: boolean | null; hasGates: boolean }) {
  if (hasGates) return <p aria-live="polite">{say(messages.noSuchGate)}</p>;
  const words =
    healthWords[isAnswering === null ? 'connecting' : isAnswering ? 'not_enrolled' : 'unreachable'];
  return (
    <div class="notice" aria-live="polite">
      <strong>{say(words.name)}</strong>
      {words.todo && <p>{say(words.todo)}</p>}
    </div>
  );
}
