/** Small at the bottom: does the gate work, its clock, which memory judges replay, what waits to be sent. */
import { useEffect, useState } from 'preact/hooks';
import { cityClock, cityTime } from './city-time.ts';
import type { GateHealth } from './gate-health.ts';
import { say } from './language.ts';
import { healthWords, messages } from './messages.ts';
import { reading } from './validator.ts';

export function StatusLine({ health }: { health: GateHealth }) {
  const { status, isAnswering } = reading.value;
  const lastSentAt = status?.journal.lastDeliveredAt;
  return (
    <div class="status" data-testid="status" data-state={health.kind} data-guard={status?.guard}>
      <p class={health.kind === 'ready' ? 'well' : 'unwell'}>
        <span aria-hidden="true">{health.kind === 'ready' ? '✓ ' : '! '}</span>
        {say(healthWords[health.kind].name)}
      </p>
      {status && isAnswering && (
        <dl>
          <Fact name={say(messages.clock)} value={<ValidatorClock />} />
          <Fact
            name={say(messages.replayMemory)}
            value={say(status.guard === 'redis' ? messages.guardRedis : messages.guardLocal)}
          />
          <Fact name={say(messages.unsent)} value={status.journal.unsent} />
          <Fact
            name={say(messages.lastSent)}
            value={lastSentAt ? cityTime(lastSentAt) : say(messages.never)}
          />
        </dl>
      )}
    </div>
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
