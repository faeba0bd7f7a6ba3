/** Forms of strict JSON: each reads a value or reports every place in it that is wrong. */
import type { FeedRule } from './feed-problem.ts';

/** Takes note of a problem at a path such as `passes[2].price`. */
export type Report = (path: string, rule: FeedRule, value: unknown) => void;

/** Gives the value when nothing is wrong with it; otherwise reports and gives undefined. */
export type Form<T> = (value: unknown, path: string, report: Report) => T | undefined;

export function wholeNumber(least: number, most: number): Form<number> {
  return (value, path, report) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value))
      return refuse(report, path, 'not_a_whole_number', value);
    return value >= least && value <= most ? value : refuse(report, path, 'out_of_range', value);
  };
}

/** Visible text that begins and ends with something other than space. */
export function text(mostCharacters: number): Form<string> {
  return (value, path, report) => {
    if (typeof value !== 'string') return refuse(report, path, 'wrong_type', value);
    if (value === '') return refuse(report, path, 'missing_value', value);
    if (value.length > mostCharacters) return refuse(report, path, 'too_large', value);
    return value === value.trim() && /^\P{C}*$/u.test(value)
      ? value
      : refuse(report, path, 'forbidden_value', value);
  };
}

/** Text for which `isRight` holds, or the rule it breaks. */
export function textThat(isRight: (value: string) => boolean, rule: FeedRule): Form<string> {
  return (value, path, report) => {
    if (typeof value !== 'string') return refuse(report, path, 'wrong_type', value);
    return isRight(value) ? value : refuse(report, path, rule, value);
  };
}

export function oneOf<const T extends string | number>(values: readonly T[]): Form<T> {
  return (value, path, report) =>
    values.find((each) => each === value) ?? refuse(report, path, 'forbidden_value', value);
}

export function nullable<T>(form: Form<T>): Form<T | null> {
  return (value, path, report) => (value === null ? null : form(value, path, report));
}

/** A list in which no two items have the same key. */
export function list<T>(item: Form<T>, keyOf: (item: T) => unknown): Form<T[]> {
  return (value, path, report) => {
    if (!Array.isArray(value)) return refuse(report, path, 'wrong_type', value);
    const seen = new Set<string>();
    const read = value.map((each: unknown, index) => {
      const at = `${path}[${index}]`;
      const one = item(each, at, report);
      if (one === undefined) return undefined;
      const key = JSON.stringify(keyOf(one));
      if (seen.has(key)) return refuse(report, at, 'duplicate_key', keyOf(one));
      seen.add(key);
      return one;
    });
    return read.every((each) => each !== undefined) ? read : undefined;
  };
}

export function atLeastOne<T>(form: Form<T[]>): Form<T[]> {
  return (value, path, report) => {
    const read = form(value, path, report);
    return read?.length === 0 ? refuse(report, path, 'missing_value', null) : read;
  };
}

/** A member that may be absent. */
export function optional<T>(form: Form<T>): OptionalForm<T> {
  return Object.assign(((...read) => form(...read)) as Form<T>, { isOptional: true as const });
}
export type OptionalForm<T> = Form<T> & { isOptional: true };

type Members<T> = {
  [K in keyof T]-?: undefined extends T[K] ? OptionalForm<Exclude<T[K], undefined>> : Form<T[K]>;
};

/** An object with exactly these members. */
export function object<T extends object>(members: Members<T>): Form<T> {
  return (value, path, report) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return refuse(report, path, 'wrong_type', value);
    const given = new Map<string, unknown>(Object.entries(value));
    const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
    for (const [name, unknown] of given)
      if (!Object.hasOwn(members, name)) report(at(name), 'unknown_member', unknown);
    const expected = Object.entries<Form<unknown> & { isOptional?: true }>(members).filter(
      ([name, { isOptional }]) => given.has(name) || !isOptional,
    );
    let isWhole = given.size === expected.length;
    const read = expected.map(([name, form]) => {
      const member = given.has(name)
        ? form(given.get(name), at(name), report)
        : refuse(report, at(name), 'missing_value', null);
      isWhole &&= member !== undefined;
      return [name, member];
    });
    return isWhole ? (Object.fromEntries(read) as T) : undefined;
  };
}

/** A form with a rule between its members: `check` reports what is wrong and says whether all is right. */
export function checked<T>(form: Form<T>, check: (value: T, path: string, report: Report) => void): Form<T> {
  return (value, path, report) => {
    const read = form(value, path, report);
    if (read === undefined) return undefined;
    let isRight = true;
    check(read, path, (...problem) => {
      isRight = false;
      report(...problem);
    });
    return isRight ? read : undefined;
  };
}

function refuse(report: Report, path: string, rule: FeedRule, value: unknown): undefined {
  report(path, rule, value);
  return undefined;
}
