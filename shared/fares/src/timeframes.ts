/** Local time at a stop, and whether it lies in a group of timeframes (timeframes.txt). */
import type { ServiceDates, TimeframeGroup } from './tariff.ts';

/** A moment as the clock and calendar at a stop show it. */
export interface LocalMoment {
  /** `YYYYMMDD` as a number. */
  readonly date: number;
  /** Monday is 0. */
  readonly weekday: number;
  /** What the clock shows, as seconds since 00:00:00. */
  readonly secondOfDay: number;
}

/** The local date and time of day of a moment (unix seconds); the date is the calendar's, not the service day. */
export function localMomentAt(unixSeconds: number, timeZone: string): LocalMoment {
  const local = Temporal.Instant.fromEpochMilliseconds(unixSeconds * 1000).toZonedDateTimeISO(timeZone);
  return {
    date: local.year * 10_000 + local.month * 100 + local.day,
    weekday: local.dayOfWeek - 1,
    secondOfDay: local.hour * 3600 + local.minute * 60 + local.second,
  };
}

export function isInTimeframeGroup(moment: LocalMoment, group: TimeframeGroup): boolean {
  return group.timeframes.some(
    ({ startSeconds, endSeconds, service }) =>
      startSeconds <= moment.secondOfDay && moment.secondOfDay < endSeconds && isServiceDate(moment, service),
  );
}

function isServiceDate({ date, weekday }: LocalMoment, service: ServiceDates): boolean {
  if (service.added.has(date)) return true;
  if (service.removed.has(date)) return false;
  return service.startDate <= date && date <= service.endDate && service.weekdays[weekday] === true;
}
