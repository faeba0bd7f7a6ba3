/** The report of a period: ridership is the operator's own, what riders paid and the shares of passes the issuer's. */
import { ApiError, type Client, type IssuerApi, type OperatorReport } from '@vedong/contracts';
import { ServiceError } from '@vedong/runtime/problem';
import { listRidership } from './db/ridership.ts';
import type { Db } from './db/tables.ts';

/** Throws `period_too_long`, and `issuer_unavailable` where the issuer gives no answer: half a report is none. */
export async function reportPeriod(
  db: Db,
  issuer: Client<IssuerApi>,
  days: { from: string; to: string },
): Promise<OperatorReport> {
  const revenue = await issuer('GET /v1/reports/revenue', { query: days }).catch((error: unknown) => {
    if (error instanceof ApiError && error.code === 'period_too_long')
      throw new ServiceError(400, 'period_too_long', { detail: error.message });
    throw new ServiceError(503, 'issuer_unavailable', {
      detail: 'The issuer, which knows what riders paid, does not answer. Try again in a minute.',
    });
  });
  const paid = new Map(revenue.lines.map((line) => [`${line.serviceDay} ${line.lineId}`, line]));
  const none = { paid: 0, coveredByPasses: 0, beyondCaps: 0, freeCategories: 0 };
  const lines = (await listRidership(db, days)).map((line) => {
    const {
      paid: amount,
      coveredByPasses,
      beyondCaps,
      freeCategories,
    } = paid.get(`${line.serviceDay} ${line.lineId}`) ?? none;
    return { ...line, paid: amount, coveredByPasses, beyondCaps, freeCategories };
  });
  const { passes, reconciliation } = revenue;
  return { ...days, lines, passes, reconciliation };
}
