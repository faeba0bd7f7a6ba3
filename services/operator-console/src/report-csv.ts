/** Reports as CSV for spreadsheets. A text that a spreadsheet would run as a formula is marked as text. */
import type { OperatorReport } from '@vedong/contracts';
import { stringify } from 'csv-stringify/browser/esm/sync';

/** With a byte order mark: without it Excel takes UTF-8 for something else. */
const options = { header: true, bom: true, escape_formulas: true, record_delimiter: 'windows' as const };

/** A row a service day and line; money in whole dong. */
export const linesAsCsv = ({ lines }: Pick<OperatorReport, 'lines'>): string =>
  stringify([...lines], {
    ...options,
    columns: [
      'serviceDay',
      'lineId',
      'nameVi',
      'nameEn',
      'mode',
      'agency',
      'trips',
      'unpriced',
      'asked',
      'coveredByPasses',
      'beyondCaps',
      'freeCategories',
      'paid',
    ],
  });

/** A row a pass and agency; an empty agency is what nobody has earned. */
export const sharesAsCsv = ({ passes }: Pick<OperatorReport, 'passes'>): string =>
  stringify(
    passes.flatMap(({ shares, unallocated, ...pass }) =>
      [...shares, ...(unallocated > 0 ? [{ agency: '', amount: unallocated }] : [])].map((share) => ({
        ...pass,
        ...share,
      })),
    ),
    { ...options, columns: ['productNo', 'nameVi', 'nameEn', 'sold', 'revenue', 'agency', 'amount'] },
  );
