/** One incident opened at the side: its evidence, what was done, and what staff can do. */
import type { Incident, IncidentTap, OperatorApi, ResponseOf } from '@vedong/contracts';
import { useEffect, useRef, useState } from 'preact/hooks';
import { go, writeAddress } from './address.ts';
import { EvidencePicture } from './evidence-picture.tsx';
import { Facts } from './facts.tsx';
import { useFollowed } from './follow.ts';
import {
  blockStates,
  classAdvice,
  classWords,
  consequenceWords,
  eventWords,
  findingWords,
  incidentMessages as words,
  incidentStates,
} from './incident-words.ts';
import { Instant } from './instant.tsx';
import { sayLine } from './network.ts';
import { say, sayName } from './language.ts';
import { messages } from './messages.ts';
import { Loading, Trouble } from './notices.tsx';
import { call, codeOf } from './session.ts';
import { StateBadge } from './state-badge.tsx';
import { guards } from './words.ts';

type Story = ResponseOf<OperatorApi['GET /v1/incidents/{incidentId}']>;
type Action = 'handle' | 'lift-block';

export function IncidentDetails({ incidentId }: { incidentId: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { value, trouble } = useFollowed(() =>
    call('GET /v1/incidents/{incidentId}', { params: { incidentId } }),
  );
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog
      ref={dialog}
      class="details"
      data-testid="incident-details"
      aria-label={say(words.title)}
      onClose={() => go({ incidentId: null })}
    >
      <form method="dialog">
        <h2>{value ? say(classWords[value.incident.class]) : say(words.title)}</h2>
        <button type="submit">{say(messages.close)}</button>
      </form>
      {trouble && <Trouble code={trouble} />}
      {!value && !trouble && <Loading />}
      {value && <IncidentStory story={value} />}
    </dialog>
  );
}

function IncidentStory({ story: { incident, findings, taps, events } }: { story: Story }) {
  return (
    <>
      <IncidentFacts incident={incident} />
      <p class="preview">{say(classAdvice[incident.class])}</p>
      <h3>{say(words.findings)}</h3>
      <EvidencePicture taps={taps} findings={findings} />
      <ul class="findings">
        {findings.map((finding) => (
          <li key={`${finding.rule} ${finding.tapIds.join()} ${finding.firstSeq}`}>
            {say(findingWords(finding))}
          </li>
        ))}
      </ul>
      <ol class="taps">
        {taps.map((tap) => (
          <EvidenceTap key={tap.tapId} tap={tap} />
        ))}
      </ol>
      <h3>{say(words.history)}</h3>
      <ol class="taps" data-testid="incident-events">
        {events.map(({ at, kind, by, note }) => (
          <li key={`${at} ${kind}`}>
            <strong>{say(eventWords[kind])}</strong> · <Instant at={at} /> · {by ?? say(words.byService)}
            {note && <p>{note}</p>}
          </li>
        ))}
      </ol>
      <Act incident={incident} />
    </>
  );
}

function IncidentFacts({ incident }: { incident: Incident }) {
  const { cardRef, validatorId, block } = incident;
  const tapsOfCard = writeAddress({ view: 'taps', filters: { cardRef: cardRef ?? '' }, tripId: null });
  return (
    <Facts
      facts={[
        [messages.state, <StateBadge state={incidentStates[incident.state]} />],
        [words.consequence, say(consequenceWords[incident.consequence])],
        [words.block, block && <StateBadge state={blockStates[block]} />],
        [
          messages.card,
          cardRef && (
            <>
              <code>{cardRef}</code> <a href={tapsOfCard}>{say(words.allOfCard)}</a>
            </>
          ),
        ],
        [messages.validator, validatorId && <code>{validatorId}</code>],
        [messages.serviceDay, incident.serviceDay],
        [words.found, <Instant at={incident.foundAt} />],
        [words.changed, <Instant at={incident.changedAt} />],
      ]}
    />
  );
}

function EvidenceTap({ tap }: { tap: IncidentTap }) {
  return (
    <li>
      <p>
        <strong>{sayName(tap)}</strong> · <Instant at={tap.at} />
        {!tap.counts && (
          <>
            {' '}
            <span class="badge warn">○ {say(words.doesNotCount)}</span>
          </>
        )}
      </p>
      <p class="soft">
        {sayLine(tap.lineName)} · <code>{tap.gateId}</code> · <code>{tap.validatorId}</code> ·{' '}
        {say(messages.guard)}: {say(guards[tap.guard])}
      </p>
    </li>
  );
}

function Act({ incident: { incidentId, state, block } }: { incident: Incident }) {
  const [note, setNote] = useState('');
  const [trouble, setTrouble] = useState<string | null>(null);
  const [isDone, setDone] = useState(false);
  const isBlocked = block === 'asked' || block === 'blocked';
  if (state === 'handled' && !isBlocked) return null;
  const act = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const action = ((event.submitter as HTMLButtonElement | null)?.value ?? 'handle') as Action;
    setTrouble(null);
    setDone(false);
    try {
      await call(`POST /v1/incidents/{incidentId}/${action}`, { params: { incidentId }, body: { note } });
      setNote('');
      setDone(true);
    } catch (error) {
      setTrouble(codeOf(error));
    }
  };
  return (
    <form class="act" onSubmit={(event) => void act(event)}>
      <label>
        {say(words.note)}
        <textarea
          required
          maxLength={500}
          rows={3}
          placeholder={say(words.noteHint)}
          value={note}
          data-testid="incident-note"
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </label>
      <p class="buttons">
        {state === 'open' && (
          <button type="submit" class="main" value="handle">
            {say(words.handle)}
          </button>
        )}
        {isBlocked && (
          <button type="submit" value="lift-block">
            {say(words.lift)}
          </button>
        )}
      </p>
      <output>{isDone && say(words.done)}</output>
      {trouble && <Trouble code={trouble} />}
    </form>
  );
}
