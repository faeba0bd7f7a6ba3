/** The text of a CSV file as records with their line numbers: BOM, CRLF and quotes are understood (RFC 4180). */
import { parse, type CsvError, type InfoRecord } from 'csv-parse/browser/esm/sync';
import type { FeedProblem } from './feed-problem.ts';

export interface CsvRecord {
  /** Line on which the record begins, from 1. */
  readonly line: number;
  readonly values: readonly string[];
}

const longestRecord = 100_000;

/** Reads every well-formed record, the header first; the others are problems. Never throws for bad text. */
export function readCsv(file: string, text: string): { records: CsvRecord[]; problems: FeedProblem[] } {
  const problems: FeedProblem[] = [];
  const refuse = (error: CsvError): void => {
    const inconsistent = error.code === 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH';
    const line = typeof error['lines'] === 'number' ? error['lines'] : null;
    const rule = inconsistent ? 'wrong_number_of_fields' : 'malformed_csv';
    problems.push({ file, line, field: null, rule, value: null });
  };
  const parsed = parse(text.replace(/\r\n?/g, '\n'), {
    bom: true,
    info: true,
    trim: true,
    record_delimiter: '\n',
    skip_empty_lines: true,
    max_record_size: longestRecord,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error !== undefined) refuse(error);
      return undefined;
    },
  }) as unknown as { info: InfoRecord; record: string[] }[];
  const records = parsed.map(({ info, record }) => ({
    line: info.lines - newlinesIn(record),
    values: record,
  }));
  return { records, problems };
}

/** The parser counts the line on which a record ends. */
function newlinesIn(values: string[]): number {
  return values.reduce((sum, value) => sum + value.split('\n').length - 1, 0);
}
