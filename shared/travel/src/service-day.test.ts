import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addServiceDays, hanoiCalendar, serviceDayAt, serviceDayStart } from './service-day.ts';

const at = (instant: string) => serviceDayAt(Date.parse(instant) / 1000, hanoiCalendar);

it('changes at 03:00 local time, not at midnight', () => {
  expect(at('2026-11-23T23:59:59+07:00')).toBe('2026-11-23');
  expect(at('2026-11-24T02:59:59+07:00')).toBe('2026-11-23');
  expect(at('2026-11-24T03:00:00+07:00')).toBe('2026-11-24');
});

it('starts where serviceDayAt changes, on every day and in zones with daylight saving', () => {
  const zone = fc.constantFrom('Asia/Ho_Chi_Minh', 'Europe/Paris', 'America/New_York', 'Australia/Lord_Howe');
  const calendars = fc.record({ timeZone: zone, startHour: fc.integer({ min: 3, max: 12 }) });
  fc.assert(
    fc.property(calendars, fc.integer({ min: 0, max: 20_000 }), (calendar, days) => {
      const day = addServiceDays('1990-01-01', days);
      const start = serviceDayStart(day, calendar);
      expect(serviceDayAt(start, calendar)).toBe(day);
      expect(serviceDayAt(start - 1, calendar)).toBe(addServiceDays(day, -1));
    }),
  );
});

it('starts at 03:00 on the wall also in the night of a clock change', () => {
  const calendar = { timeZone: 'Europe/Paris', startHour: 3 };
  const dayAt = (instant: string) => serviceDayAt(Date.parse(instant) / 1000, calendar);
  expect(dayAt('2026-03-29T01:59:59+01:00')).toBe('2026-03-28');
  expect(dayAt('2026-03-29T03:00:00+02:00')).toBe('2026-03-29');
  expect(dayAt('2026-10-25T02:59:59+01:00')).toBe('2026-10-24');
  expect(dayAt('2026-10-25T03:00:00+01:00')).toBe('2026-10-25');
});

it('refuses what is no date', () => {
  expect(() => serviceDayStart('2026-02-30', hanoiCalendar)).toThrow(RangeError);
});
