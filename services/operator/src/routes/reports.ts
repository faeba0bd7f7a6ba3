/** Reports, for staff. */
import type { OperatorContext } from '../context.ts';
import { reportPeriod } from '../report-period.ts';
import type { OperatorHandlers } from './handlers.ts';

export function reportRoutes({ db, issuer }: OperatorContext) {
  return {
    'GET /v1/reports': ({ query }) => reportPeriod(db, issuer, query),
  } satisfies Partial<OperatorHandlers>;
}
