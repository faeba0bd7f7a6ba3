/** Reports of a period: who rode and what it earned, how passes are shared out, and whether the ledger agrees. */
import { z } from 'zod';
import { identifier, mode, serviceDay, shortName } from './common.ts';
import type { Api } from './endpoint.ts';

/** A longer period is asked for in pieces. */
export const maxReportDays = 62;

const period = z.strictObject({
  from: serviceDay,
  to: serviceDay.describe('the last service day; the period has at most 62'),
});

/** Whole dong. */
const dong = z.int();

/** A line on a service day, as its riders were charged. */
const paidLine = z.strictObject({
  serviceDay,
  lineId: identifier,
  agency: z.string(),
  /** What riders paid for these trips, after passes and caps. */
  paid: dong,
  /** What the tariff asked beyond that: covered by passes, beyond a cap, of free categories. */
  coveredByPasses: dong,
  beyondCaps: dong,
  freeCategories: dong,
});

/** A kind of pass sold in the period. `unallocated`: of passes nobody has ridden on. */
const soldPass = z.strictObject({
  productNo: z.int(),
  nameVi: z.string(),
  nameEn: z.string(),
  sold: z.int(),
  revenue: dong,
  shares: z.array(z.strictObject({ agency: z.string(), amount: dong })),
  unallocated: dong,
});

/** Two numbers that must be one, and the query that finds each in the issuer's database. */
const reconciled = z.strictObject({
  what: z.enum(['fares', 'passes', 'shares']),
  reported: dong,
  ledger: dong,
  reportedQuery: z.string(),
  ledgerQuery: z.string(),
});

export const revenueReport = z.strictObject({
  ...period.shape,
  lines: z.array(paidLine),
  passes: z.array(soldPass),
  reconciliation: z.array(reconciled),
});
export type RevenueReport = z.output<typeof revenueReport>;

export const operatorReport = z.strictObject({
  ...period.shape,
  lines: z.array(
    z.strictObject({
      ...paidLine.shape,
      nameVi: shortName,
      nameEn: shortName,
      mode,
      trips: z.int(),
      /** What the tariff asked for them; trips without a price are in `unpriced`. */
      asked: dong,
      unpriced: z.int(),
    }),
  ),
  passes: revenueReport.shape.passes,
  reconciliation: revenueReport.shape.reconciliation,
});
export type OperatorReport = z.output<typeof operatorReport>;

export const revenueReportApi = {
  'GET /v1/reports/revenue': {
    summary:
      'What riders paid by line and day, passes sold and their shares by agency, and the ledger beside it.',
    caller: 'service',
    query: period,
    response: revenueReport,
    problems: ['period_too_long'],
  },
} as const satisfies Api;

export const operatorReportApi = {
  'GET /v1/reports': {
    summary:
      'Ridership and revenue by line and day, shares of passes, reconciliation with the issuer’s ledger.',
    caller: 'staff',
    query: period,
    response: operatorReport,
    problems: ['period_too_long', 'issuer_unavailable'],
  },
} as const satisfies Api;
