/** The kinds of value a GTFS column holds, each read exactly or refused with a rule's name. */
import type { FeedRule } from './feed-problem.ts';
import { findDecimals } from './money.ts';

/** A value that is not of the column's kind. */
export class Refusal {
  readonly rule: FeedRule;

  constructor(rule: FeedRule) {
    this.rule = rule;
  }
}

type Read<T> = (text: string) => T | Refusal;

export interface Column<T> {
  readonly presence: 'required' | 'optional';
  readonly read: Read<T>;
}

/** The column must exist and hold a value in every row. */
export function required<T>(read: Read<T>): Column<T> {
  return { presence: 'required', read };
}

/** The column may be missing; missing and empty both read as null. */
export function optional<T>(read: Read<T>): Column<T | null> {
  return { presence: 'optional', read: (text) => (text === '' ? null : read(text)) };
}

export const anyText: Read<string> = (text) => text;

/** A whole number within bounds that are both included. */
export function wholeNumber(least: number, most: number): Read<number> {
  return (text) => {
    if (!/^-?\d{1,12}$/.test(text)) return new Refusal('not_a_whole_number');
    const value = Number(text);
    return value >= least && value <= most ? value : new Refusal('out_of_range');
  };
}

export const flag: Read<boolean> = (text) =>
  text === '0' || text === '1' ? text === '1' : new Refusal('out_of_range');

/** `H:MM:SS` or `HH:MM:SS` up to 24:00:00, as seconds since local midnight. */
export const timeOfDay: Read<number> = (text) => {
  const match = /^(\d{1,2}):([0-5]\d):([0-5]\d)$/.exec(text);
  if (match === null) return new Refusal('not_a_time');
  const seconds = Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
  return seconds <= 24 * 3600 ? seconds : new Refusal('out_of_range');
};

/** `YYYYMMDD` as that number; numbers of dates order as the dates do. */
export const date: Read<number> = (text) => {
  const match = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (match === null) return new Refusal('not_a_date');
  try {
    const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
    Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' });
    return Number(text);
  } catch {
    return new Refusal('not_a_date');
  }
};

/** An IANA name that the platform knows. */
export const timeZone: Read<string> = (text) => {
  try {
    if (!/^[A-Za-z]/.test(text)) return new Refusal('not_a_time_zone');
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text);
    return text;
  } catch {
    return new Refusal('not_a_time_zone');
  }
};

export const currencyCode: Read<string> = (text) =>
  findDecimals(text) === undefined ? new Refusal('not_a_currency') : text;
