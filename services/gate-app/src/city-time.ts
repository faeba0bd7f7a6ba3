/** Times as the city's clocks show them, whatever zone this device is set to. */

const cityTimeZone = 'Asia/Ho_Chi_Minh';

const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: cityTimeZone,
  hour: '2-digit',
  minute: '2-digit',
});
const clockWithSeconds = new Intl.DateTimeFormat('en-GB', { timeZone: cityTimeZone, timeStyle: 'medium' });

/** `08:14` from an RFC 3339 instant. */
export const cityTime = (instant: string): string => clock.format(new Date(instant));

/** `08:14:05` from milliseconds since 1970. */
export const cityClock = (nowMilliseconds: number): string => clockWithSeconds.format(nowMilliseconds);
