/** Reports, for the operator. */
import type { Issuer, Routes } from '../issuer.ts';
import { reportRevenue } from '../report-revenue.ts';

export const reportRoutes = (issuer: Issuer) =>
  ({
    'GET /v1/reports/revenue': ({ query }) => reportRevenue(issuer, query),
  }) satisfies Routes;
