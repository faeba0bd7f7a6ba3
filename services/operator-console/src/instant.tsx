/** A moment in city time, and how long ago it was. */
import { ago, cityClock, cityDate } from './city-time.ts';
import { language, say } from './language.ts';
import { messages } from './messages.ts';

export function Instant({ at }: { at: string }) {
  return (
    <time dateTime={at}>
      {cityClock(at)} <small>{cityDate(at)}</small>
    </time>
  );
}

export function HowLongAgo({ at }: { at: string | null }) {
  if (at === null) return <>{say(messages.never)}</>;
  return (
    <time dateTime={at} title={`${cityDate(at)} ${cityClock(at)}`}>
      {ago(at, Date.now(), language.value)}
    </time>
  );
}
