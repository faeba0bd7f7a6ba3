/** Columns for `unnest`. */

/**
 * The text of a PostgreSQL array of numbers, dates, ids and words that schemas have checked: it must hold no quote and
 * no backslash. The driver's own way looks at every character, which takes longer than reading the taps did.
 */
export function arrayText(values: readonly (string | number | null | undefined)[]): string {
  return `{${values.map((value) => (value === null || value === undefined ? 'null' : `"${value}"`)).join(',')}}`;
}
