/** What can be wrong with a feed, named so that its author finds the place: file, line, field, rule. */

export type FeedRule =
  | 'missing_file'
  | 'missing_column'
  | 'missing_value'
  | 'duplicate_column'
  | 'malformed_csv'
  | 'wrong_number_of_fields'
  | 'not_a_whole_number'
  | 'out_of_range'
  | 'not_a_time'
  | 'not_a_date'
  | 'not_a_time_zone'
  | 'not_a_currency'
  | 'not_a_decimal'
  | 'too_precise'
  | 'too_large'
  | 'negative_fare'
  | 'duplicate_key'
  | 'unknown_reference'
  | 'wrong_parent'
  | 'forbidden_value'
  | 'forbidden_file'
  | 'time_zones_differ'
  | 'start_not_before_end'
  | 'overlapping_timeframes'
  | 'several_default_categories'
  // Only in vedong_fares.json:
  | 'malformed_json'
  | 'wrong_type'
  | 'unknown_member'
  | 'start_after_end';

/** `line` counts from 1, the header; null where the whole file is meant. `value` is what the file says there. */
export interface FeedProblem {
  readonly file: string;
  readonly line: number | null;
  readonly field: string | null;
  readonly rule: FeedRule;
  readonly value: string | null;
}

/** Something tolerated: a column this reader does not know, an amount with fewer decimals than its currency. */
export interface FeedNote {
  readonly file: string;
  readonly line: number | null;
  readonly field: string;
  readonly rule: 'unknown_column' | 'too_few_decimals';
}
