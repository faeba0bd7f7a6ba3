/** Times as the city's clocks show them: an operator may sit in another zone. */
import type { Language } from './language.ts';

export const cityTimeZone = 'Asia/Ho_Chi_Minh';

const clock = new Intl.DateTimeFormat('en-GB', { timeZone: cityTimeZone, timeStyle: 'medium' });
const date = new Intl.DateTimeFormat('en-GB', { timeZone: cityTimeZone, day: '2-digit', month: '2-digit' });

/** `08:14:05` from an RFC 3339 instant or milliseconds since 1970. */
export const cityClock = (instant: string | number): string => clock.format(new Date(instant));

/** `23/11` */
export const cityDate = (instant: string): string => date.format(new Date(instant));

const steps = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** `3 phút trước` or `3 minutes ago`, in the largest unit that fits. */
export function ago(instant: string, nowMilliseconds: number, language: Language): string {
  const seconds = Math.max(0, Math.round((nowMilliseconds - Date.parse(instant)) / 1000));
  const [unit, size] = steps.find(([, size]) => seconds >= size) ?? steps[3];
  return new Intl.RelativeTimeFormat(language).format(-Math.floor(seconds / size), unit);
}
