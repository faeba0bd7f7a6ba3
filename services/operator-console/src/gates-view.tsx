/** Validators and gates: who is connected, since when, how far the journals have arrived; and the rules for gates. */
import type { OperatorApi, ResponseOf } from '@vedong/contracts';
import { useState } from 'preact/hooks';
import { address, go } from './address.ts';
import { AnnounceValidator } from './announce-validator.tsx';
import { GateClasses } from './gate-classes.tsx';
import { useFollowed } from './follow.ts';
import { ChallengeSwitch } from './challenge-switch.tsx';
import { duration } from './incident-words.ts';
import { HowLongAgo, Instant } from './instant.tsx';
import { language, say, sayName } from './language.ts';
import { messages } from './messages.ts';
import { sayLine } from './network.ts';
import { Empty, Loading, Trouble } from './notices.tsx';
import { PassbackRules } from './passback-rules.tsx';
import { QuarantinedRecords } from './quarantined-records.tsx';
import { RevokeValidator } from './revoke-validator.tsx';
import { call } from './session.ts';
import { StateBadge } from './state-badge.tsx';
import { type Column, Table } from './table.tsx';
import { trustWords } from './trust-words.ts';
import { inOrderOfNeed, isSilent, needsLook, type Validator } from './validator-state.ts';
import { gateKinds, marks, type State } from './words.ts';

type Gate = ResponseOf<OperatorApi['GET /v1/gates']>['gates'][number];

const parts = ['state', 'rules'] as const;

/** What stands where and how it does; and, apart from it, the rules that staff set. */
export function GatesView() {
  const shown = address.value.filters['show'] === 'rules' ? 'rules' : 'state';
  return (
    <>
      <fieldset class="summary queues" aria-label={say(messages.gates)}>
        {parts.map((part) => (
          <button
            key={part}
            type="button"
            aria-pressed={part === shown}
            data-testid={`gates-${part}`}
            onClick={() => go({ filters: part === 'rules' ? { show: part } : {} })}
          >
            {say(part === 'rules' ? messages.gateRules : messages.gateStates)}
          </button>
        ))}
      </fieldset>
      {shown === 'rules' ? <GateRules /> : <GateStates />}
    </>
  );
}

function GateStates() {
  const { value, trouble } = useFollowed(loadStates);
  return (
    <>
      {trouble && <Trouble code={trouble} />}
      {!value && !trouble && <Loading />}
      {value && (
        <>
          <h2>{say(messages.validators)}</h2>
          <Summary validators={value.validators} />
          <AnnounceValidator />
          {value.validators.length === 0 ? (
            <Empty words={messages.noValidators} />
          ) : (
            <Table
              caption={messages.validators}
              columns={validatorColumns}
              rows={inOrderOfNeed(value.validators, Date.now())}
              idOf={({ validatorId }) => validatorId}
              rowTestId="validator-row"
            />
          )}
          <h2>{say(messages.gates)}</h2>
          <GateList gates={value.gates} />
        </>
      )}
    </>
  );
}

/** How many there are, and how many need somebody to look. */
function Summary({ validators }: { validators: Validator[] }) {
  const count = validators.filter((validator) => needsLook(validator, Date.now())).length;
  if (validators.length === 0) return null;
  return (
    <p class="summary" data-testid="validator-summary">
      <span>
        <strong>{validators.length}</strong> {say(messages.validatorsThere)}
      </span>
      {count === 0 ? (
        <span>✓ {say(messages.allWell)}</span>
      ) : (
        <strong class="bad">
          ! {count} {say(messages.needLook)}
        </strong>
      )}
    </p>
  );
}

/** Of a validator, or of a gate by its validator. */
function LastSeen({ at }: { at: string | null }) {
  if (!isSilent(at, Date.now())) return <HowLongAgo at={at} />;
  return (
    <strong class="bad">
      ! {say(messages.silent)} <HowLongAgo at={at} />
    </strong>
  );
}

async function loadStates() {
  const [{ validators }, { gates }] = await Promise.all([call('GET /v1/validators'), call('GET /v1/gates')]);
  return { validators, gates };
}

function GateRules() {
  const { value, trouble } = useFollowed(loadRules);
  return (
    <>
      {trouble && <Trouble code={trouble} />}
      {!value && !trouble && <Loading />}
      {value && (
        <>
          <GateClasses classes={value.gateClasses} />
          <PassbackRules lines={value.lines} changes={value.changes} />
        </>
      )}
    </>
  );
}

async function loadRules() {
  const [{ gateClasses }, { lines }, { changes }] = await Promise.all([
    call('GET /v1/gate-classes'),
    call('GET /v1/lines'),
    call('GET /v1/passback-changes', { query: {} }),
  ]);
  return { gateClasses, lines, changes };
}

function GateList({ gates }: { gates: Gate[] }) {
  const [typed, setTyped] = useState('');
  if (gates.length === 0) return <Empty words={messages.noGates} />;
  const found = gates.filter((gate) =>
    `${gate.gateId} ${gate.place.nameVi} ${gate.place.nameEn} ${gate.lineName} ${sayLine(gate.lineName)} ${gate.validatorId}`
      .toLowerCase()
      .includes(typed.trim().toLowerCase()),
  );
  return (
    <>
      <label class="find">
        {say(messages.findGate)}
        <input type="search" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
      </label>
      {found.length === 0 ? (
        <Empty words={messages.nothingFits} />
      ) : (
        <Table
          caption={messages.gates}
          columns={gateColumns}
          rows={found}
          idOf={({ gateId }) => gateId}
          rowTestId="gate-row"
        />
      )}
    </>
  );
}

/** What is wrong there, how far its clock is off, what waits to be sent. */
function ReportWords({ report }: { report: NonNullable<Validator['report']> }) {
  const { clock, journal, conditions } = report;
  const isWell = conditions.length === 0 && journal.state === 'well';
  return (
    <>
      {isWell ? '✓' : <strong class="bad">! {troublesOf(report).join(', ')}</strong>}{' '}
      <small>
        {say(messages.clockOffset)}
        {clock.offsetMilliseconds === null ? ' ?' : ` ${offsetWords(clock.offsetMilliseconds)}`} ·{' '}
        {say(messages.unsent)} {journal.unsent}
        {journal.cuts > 0 && ` · ${say(messages.journalCuts)} ${journal.cuts}`}
      </small>
    </>
  );
}

/** In tenths of a second, never a negative nought. */
const offsetWords = (milliseconds: number): string =>
  `${(Math.round(milliseconds / 100) / 10 + 0).toFixed(1)} s`;

const troublesOf = ({ journal, conditions }: NonNullable<Validator['report']>): string[] => [
  ...(journal.state === 'failing' ? [say(messages.journalFailing)] : []),
  ...conditions.map((condition) => say(marks[condition])),
];

const enrolment = ({ enrolledAt, revocation }: Validator): State => {
  if (revocation) return { words: trustWords.revoked, symbol: '✕', tone: 'bad' };
  return enrolledAt === null
    ? { words: messages.awaitingEnrolment, symbol: '…', tone: 'warn' }
    : { words: messages.enrolled, symbol: '✓', tone: 'good' };
};

/** Why, in the words of who did it, or how to do it. */
function Trust({ validatorId, name, revocation }: Validator) {
  if (!revocation) return <RevokeValidator validatorId={validatorId} name={name} />;
  return (
    <span class="by">
      {revocation.reason} · {revocation.by} · <Instant at={revocation.at} />
    </span>
  );
}

const journalStates: Record<Validator['journal'], State> = {
  whole: { words: { vi: 'Đủ', en: 'Whole' }, symbol: '✓', tone: 'good' },
  gap: { words: { vi: 'Thiếu bản ghi', en: 'Records missing' }, symbol: '!', tone: 'warn' },
  broken: { words: { vi: 'Có hai bản', en: 'Two versions' }, symbol: '✗', tone: 'bad' },
};

/** How late the newest tap came tells how far the journal is behind. */
function LastReceived({ validator: { lastTapAt, lastTapReceivedAt } }: { validator: Validator }) {
  if (lastTapAt === null || lastTapReceivedAt === null) return <HowLongAgo at={null} />;
  const lateSeconds = Math.round((Date.parse(lastTapReceivedAt) - Date.parse(lastTapAt)) / 1000);
  return (
    <>
      <HowLongAgo at={lastTapReceivedAt} />
      {lateSeconds >= 60 && (
        <>
          {' '}
          ({say(messages.readBefore)} {duration(lateSeconds, language.value)})
        </>
      )}
    </>
  );
}

const validatorColumns: Column<Validator>[] = [
  {
    name: messages.validator,
    cell: ({ name, validatorId }) => (
      <>
        <strong>{name}</strong> <code>{validatorId}</code>
      </>
    ),
  },
  { name: messages.state, cell: (validator) => <StateBadge state={enrolment(validator)} /> },
  {
    name: messages.lastSeen,
    cell: ({ seenAt, revocation }) => (revocation ? <HowLongAgo at={seenAt} /> : <LastSeen at={seenAt} />),
  },
  {
    name: messages.journal,
    cell: (validator) => (
      <>
        <StateBadge state={journalStates[validator.journal]} />{' '}
        <small>
          {validator.lastSeq === 0 ? (
            say(messages.nothingReceived)
          ) : (
            <>
              {say(messages.lastSeq)} {validator.lastSeq}, <LastReceived validator={validator} />
            </>
          )}
        </small>
      </>
    ),
  },
  {
    name: messages.ownReport,
    isWide: true,
    cell: ({ report }) => (report ? <ReportWords report={report} /> : '–'),
  },
  {
    name: messages.quarantined,
    isNumber: true,
    cell: QuarantinedRecords,
  },
  { name: trustWords.action, cell: Trust },
];

const gateColumns: Column<Gate>[] = [
  { name: messages.place, cell: ({ place }) => <strong>{sayName(place)}</strong> },
  {
    name: messages.gate,
    cell: ({ gateId, kind }) => (
      <>
        <code>{gateId}</code> {say(gateKinds[kind])}
      </>
    ),
  },
  { name: messages.line, cell: ({ lineName }) => sayLine(lineName) },
  { name: messages.gateClass, cell: ({ gateClass }) => <code>{gateClass ?? 'standard'}</code> },
  { name: messages.validator, cell: ({ validatorId }) => <code>{validatorId}</code> },
  { name: messages.lastSeen, cell: ({ validatorSeenAt }) => <LastSeen at={validatorSeenAt} /> },
  { name: messages.lastTap, cell: ({ lastTapAt }) => <HowLongAgo at={lastTapAt} /> },
  {
    name: trustWords.asks,
    cell: ({ gateId, challenge = false }) => <ChallengeSwitch gateId={gateId} isShown={challenge} />,
  },
];
