/** The report of a period: the operator's ridership with the issuer's money, or none where the issuer is silent. */
import { revenueReportApi, type RevenueReport } from '@vedong/contracts';
import { createHttpApp, createRegistry } from '@vedong/runtime/http-app';
import { silentLog } from '@vedong/runtime/log';
import { ServiceError } from '@vedong/runtime/problem';
import { serve, type TestServer } from '@vedong/testing/http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importTariff } from '../src/import-tariff.ts';
import { smallTariff } from './small-tariff.ts';
import { putTestNetwork, startTestOperator, type TestOperator } from './test-operator.ts';
import { enrolTestValidator, recordOf } from './test-validator.ts';

const day = '2026-11-23';
const none = { coveredByPasses: 0, beyondCaps: 0, freeCategories: 0 };
const passes: RevenueReport['passes'] = [
  {
    productNo: 1,
    nameVi: 'Vé tháng',
    nameEn: 'Month',
    sold: 1,
    revenue: 200_000,
    shares: [],
    unallocated: 200_000,
  },
];

let operator: TestOperator;
let issuer: TestServer;
beforeAll(async () => {
  operator = await startTestOperator('2026-11-23T12:00:00+07:00');
  const app = createHttpApp({
    service: 'issuer',
    log: silentLog,
    api: revenueReportApi,
    handlers: {
      'GET /v1/reports/revenue': ({ query }) => {
        if (query.to > '2027') throw new ServiceError(400, 'period_too_long', { detail: 'Too long.' });
        const lines = [
          { serviceDay: day, lineId: 'M', agency: 'Metro', ...none, paid: 9000, beyondCaps: 3000 },
        ];
        return { ...query, lines, passes, reconciliation: [] };
      },
    },
    authenticators: { service: async () => undefined },
    notReady: async () => null,
    registry: createRegistry('issuer'),
    bodyLimitBytes: 10_000,
    trustedProxies: 0,
  });
  issuer = await serve(app);
  const validator = await enrolTestValidator(operator);
  await putTestNetwork(operator, validator.validatorId);
  const plan = { from: '2026-01-01', to: null, importedBy: 'test', now: new Date() };
  await importTariff(operator.db, { texts: smallTariff() }, plan);
  validator.write(
    recordOf({ gateId: 'm1-in', at: `${day}T08:00:00+07:00` }),
    recordOf({ gateId: 'm3-out', at: `${day}T08:20:00+07:00` }),
    recordOf({ gateId: 'b1', at: `${day}T11:00:00+07:00` }),
    recordOf({ gateId: 'm1-in', at: `${day}T11:30:00+07:00` }),
  );
  await validator.send(1);
  await operator.pair();
});
afterAll(async () => {
  await issuer.stop();
  await operator.stop();
});

const query = { from: day, to: day };

it('tells who rode and what was asked, with what the issuer says was paid', async () => {
  operator.reports.issuerUrl = issuer.url;
  const report = await operator.staff('GET /v1/reports', { query });
  expect(report).toEqual({
    ...query,
    lines: [
      {
        serviceDay: day,
        lineId: '32',
        nameVi: 'Buýt 32',
        nameEn: 'Bus 32',
        mode: 'bus',
        agency: 'Bus',
        trips: 1,
        asked: 7000,
        unpriced: 0,
        paid: 0,
        ...none,
      },
      {
        serviceDay: day,
        lineId: 'M',
        nameVi: 'Tuyến M',
        nameEn: 'Line M',
        mode: 'metro',
        agency: 'Metro',
        trips: 2,
        asked: 12_000,
        unpriced: 1,
        paid: 9000,
        ...none,
        beyondCaps: 3000,
      },
    ],
    passes,
    reconciliation: [],
  });
  const empty = await operator.staff('GET /v1/reports', { query: { from: '2026-11-01', to: '2026-11-02' } });
  expect(empty.lines).toEqual([]);
});

it('says which period is too long, and is for staff', async () => {
  operator.reports.issuerUrl = issuer.url;
  await expect(
    operator.staff('GET /v1/reports', { query: { from: day, to: '2027-11-23' } }),
  ).rejects.toMatchObject({ status: 400, code: 'period_too_long' });
  await expect(operator.anyone('GET /v1/reports', { query })).rejects.toMatchObject({ status: 401 });
});

it('is no report where the issuer does not answer', async () => {
  operator.reports.issuerUrl = 'http://127.0.0.1:9';
  await expect(operator.staff('GET /v1/reports', { query })).rejects.toMatchObject({
    status: 503,
    code: 'issuer_unavailable',
  });
});
