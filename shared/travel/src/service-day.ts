/** The service day: from its start hour (03:00) local time to the same hour next day, named by its first date. */

/** `2026-11-23`, the local date on which the service day began. */
export type ServiceDay = string;

export interface ServiceCalendar {
  /** IANA name, e.g. `Asia/Ho_Chi_Minh`. */
  timeZone: string;
  /** Whole local hour at which a service day starts, 0 to 12. */
  startHour: number;
}

export const hanoiCalendar: ServiceCalendar = { timeZone: 'Asia/Ho_Chi_Minh', startHour: 3 };

/** The service day a moment (unix seconds) belongs to. */
export function serviceDayAt(unixSeconds: number, calendar: ServiceCalendar): ServiceDay {
  return (
    Temporal.Instant.fromEpochMilliseconds(Math.floor(unixSeconds) * 1000)
      .toZonedDateTimeISO(calendar.timeZone)
      // By the clock on the wall: in the night of a clock change, 03:00 is not three hours after midnight.
      .toPlainDateTime()
      .subtract({ hours: calendar.startHour })
      .toPlainDate()
      .toString()
  );
}

/** First second (unix) of a service day. Throws RangeError when `day` is no date. */
export function serviceDayStart(day: ServiceDay, calendar: ServiceCalendar): number {
  const start = Temporal.PlainDate.from(day).toZonedDateTime({
    timeZone: calendar.timeZone,
    plainTime: new Temporal.PlainTime(calendar.startHour),
  });
  return start.epochMilliseconds / 1000;
}

/** The service day `days` after `day` (before it when negative). */
export function addServiceDays(day: ServiceDay, days: number): ServiceDay {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}
