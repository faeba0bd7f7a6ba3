/** One GTFS file as typed rows: what its columns hold is declared once, what breaks the declaration is collected. */
import { type Column, Refusal } from './columns.ts';
import { readCsv, type CsvRecord } from './csv.ts';
import type { FeedNote, FeedProblem } from './feed-problem.ts';

type Columns = Readonly<Record<string, Column<unknown>>>;

export interface TableForm<C extends Columns> {
  readonly file: string;
  readonly presence: 'required' | 'optional';
  readonly columns: C;
  /** No two rows may agree in all of these. */
  readonly key: readonly (keyof C)[];
  /** Columns of the specification that fares do not need, separated by blanks. */
  readonly ignored?: string;
}

export type Row<C extends Columns> = {
  readonly [K in keyof C]: C[K] extends Column<infer T> ? T : never;
} & { readonly line: number };

export interface Table<R = Readonly<Record<string, unknown>> & { readonly line: number }> {
  readonly file: string;
  /** False when the feed has no such file. */
  readonly present: boolean;
  /** The header. */
  readonly columns: ReadonlySet<string>;
  /** The rows without fault. */
  readonly rows: readonly R[];
  /** What a column says anywhere, also in rows with a fault elsewhere. */
  readonly textsIn: (column: string) => ReadonlySet<string>;
}

export function defineTable<C extends Columns>(form: TableForm<C>): TableForm<C> {
  return form;
}

/** Reads one file; `text` is undefined when the feed does not have it. */
export function readTable<C extends Columns>(
  form: TableForm<C>,
  text: string | undefined,
  report: { problems: FeedProblem[]; notes: FeedNote[] },
): Table<Row<C>> {
  const { file } = form;
  if (text === undefined) {
    if (form.presence === 'required')
      report.problems.push({ file, line: null, field: null, rule: 'missing_file', value: null });
    return { file, present: false, columns: new Set(), rows: [], textsIn: () => new Set() };
  }
  const { records, problems } = readCsv(file, text);
  for (const problem of problems) report.problems.push(problem);
  const [header = { line: 1, values: [] }, ...body] = records;
  checkHeader(form, header.values, report);
  const position = new Map(header.values.map((name, index) => [name, index]));
  const textOf = (record: CsvRecord, column: string): string =>
    record.values[position.get(column) ?? -1] ?? '';
  for (const problem of listDuplicates(form, body, textOf)) report.problems.push(problem);
  return {
    file,
    present: true,
    columns: new Set(header.values),
    rows: body.flatMap((record) => readRow(form, record, { position, textOf }, report.problems)),
    textsIn: (column) => new Set(body.map((record) => textOf(record, column)).filter((text) => text !== '')),
  };
}

function checkHeader<C extends Columns>(
  form: TableForm<C>,
  header: readonly string[],
  report: { problems: FeedProblem[]; notes: FeedNote[] },
): void {
  const { file } = form;
  const known = new Set([...Object.keys(form.columns), ...(form.ignored ?? '').split(' ')]);
  for (const [index, field] of header.entries()) {
    if (header.indexOf(field) !== index)
      report.problems.push({ file, line: 1, field, rule: 'duplicate_column', value: null });
    else if (!known.has(field)) report.notes.push({ file, line: 1, field, rule: 'unknown_column' });
  }
  for (const [field, { presence }] of Object.entries(form.columns))
    if (presence === 'required' && !header.includes(field))
      report.problems.push({ file, line: 1, field, rule: 'missing_column', value: null });
}

interface Cells {
  readonly position: ReadonlyMap<string, number>;
  readonly textOf: (record: CsvRecord, column: string) => string;
}

/** The row in an array, or nothing when one of its values is refused. */
function readRow<C extends Columns>(
  form: TableForm<C>,
  record: CsvRecord,
  { position, textOf }: Cells,
  problems: FeedProblem[],
): [] | [Row<C>] {
  const row: Record<string, unknown> = { line: record.line };
  let refused = false;
  for (const [field, column] of Object.entries(form.columns)) {
    const text = textOf(record, field);
    const missing = column.presence === 'required' && text === '';
    const value = missing ? new Refusal('missing_value') : column.read(text);
    row[field] = value;
    if (!(value instanceof Refusal)) continue;
    refused = true;
    if (missing && !position.has(field)) continue;
    problems.push({
      file: form.file,
      line: record.line,
      field,
      rule: value.rule,
      value: missing ? null : text,
    });
  }
  return refused ? [] : [row as Row<C>];
}

function listDuplicates<C extends Columns>(
  form: TableForm<C>,
  body: readonly CsvRecord[],
  textOf: Cells['textOf'],
): FeedProblem[] {
  const seen = new Set<string>();
  return body.flatMap((record) => {
    const key = form.key.map((column) => textOf(record, String(column)));
    const name = JSON.stringify(key);
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const field = form.key.join(',');
    return [
      { file: form.file, line: record.line, field, rule: 'duplicate_key' as const, value: key.join(',') },
    ];
  });
}
