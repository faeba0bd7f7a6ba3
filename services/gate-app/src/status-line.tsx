/** Small at the bottom: does the gate work, its clock, which memory judges replay, what waits to be sent. */
import { useEffect, useState } from 'preact/hooks';
import type { ValidatorStatus } from '@vedong/contracts';
import { cityClock, cityTime } from './city-time.ts';
import { actionWords, conditionTodo, conditionWords } from './degraded-words.ts';
import { listDegraded, type GateHealth } from './gate-health.ts';
import { say } from './language.ts';
import { healthWords, messages } from './messages.ts';
import { reading } from './validator.ts';

export function StatusLine({ health, gateId }: { health: GateHealth; gateId: string }) {
  const { status, isAnswering } = reading.value;
  const lastSentAt = status?.journal.lastDeliveredAt;
  return (
    <div class="status" data-testid="status" data-state={health.kind} data-guard={status?.guard}>
      <p class={health.kind === 'ready' ? 'well' : 'unwell'}>
        <span aria-hidden="true">{health.kind === 'ready' ? '✓ ' : '! '}</span>
        {say(healthWords[health.kind].name)}
      </p>
      {status && isAnswering && <Degraded status={status} gateId={gateId} opens={health.kind === 'ready'} />}
      {status && isAnswering && (
        <dl>
          <Fact
            name={say(messages.clock)}
            value={<ClockFact isUnsure={status.clock?.state === 'unsure'} />}
          />
          <Fact
            name={say(messages.replayMemory)}
            value={say(status.guard === 'redis' ? messages.guardRedis : messages.guardLocal)}
          />
          <Fact name={say(messages.unsent)} value={status.journal.unsent} />
          {Boolean(status.journal.quarantined) && (
            <Fact name={say(messages.putAside)} value={status.journal.quarantined} />
          )}
          {Boolean(status.journal.cuts) && (
            <Fact name={say(messages.journalCuts)} value={status.journal.cuts} />
          )}
          <Fact
            name={say(messages.lastSent)}
            value={lastSentAt ? cityTime(lastSentAt) : say(messages.never)}
          />
        </dl>
      )}
    </div>
  );
}

/** Each condition, what this gate does about it and what staff can do; while nothing opens, none says that it does. */
function Degraded({ status, gateId, opens }: { status: ValidatorStatus; gateId: string; opens: boolean }) {
  const conditions = listDegraded(status, gateId);
  if (conditions.length === 0) return null;
  return (
    <ul class="degraded" data-testid="degraded" aria-live="polite">
      {conditions.map(({ condition, action }) => (
        <li key={condition} data-condition={condition} data-action={action}>
          <span aria-hidden="true">! </span>
          {say(conditionWords[condition])}
          {(opens || action === 'closed') && `: ${say(actionWords[action])}`} ·{' '}
          {say(conditionTodo[condition])}
        </li>
      ))}
    </ul>
  );
}

function ClockFact({ isUnsure }: { isUnsure: boolean }) {
  return (
    <>
      <ValidatorClock />
      {isUnsure && ` (${say(messages.clockUnsure)})`}
    </>
  );
}

function Fact({ name, value }: { name: string; value: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** The clock that judges tickets, counted on from the last status. */
function ValidatorClock() {
  const [now, setNow] = useState(validatorNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(validatorNow()), 1000);
    return () => clearInterval(timer);
  }, []);
  return <time>{cityClock(now)}</time>;
}

function validatorNow(): number {
  const { status, readAt } = reading.peek();
  return Date.parse(status?.now ?? '') + performance.now() - readAt;
}
