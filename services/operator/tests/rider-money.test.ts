/** What staff decide of riders' money reaches the issuer with who and why, and is recorded whatever comes of it. */
import { serve, type TestServer } from '@vedong/testing/http';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { account, startTestOperator, type TestOperator } from './test-operator.ts';

let issuer: TestServer;
let operator: TestOperator;
let asked: { path: string; body: unknown }[] = [];
let answer: { status: number; body: object };
beforeAll(async () => {
  issuer = await serve((request, response) => {
    const reply = (body: unknown) => {
      asked.push({ path: request.url ?? '', body });
      response.statusCode = answer.status;
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer.body));
    };
    if (request.method === 'GET') reply(null);
    else json(request).then(reply, () => response.destroy());
  });
  operator = await startTestOperator('2026-11-23T08:00:00+07:00', { issuerUrl: issuer.url });
});
beforeEach(async () => {
  asked = [];
  answer = { status: 200, body: { refunds: [] } };
  await operator.db.deleteFrom('staff_actions').execute();
});
afterAll(async () => {
  await operator.stop();
  await issuer.stop();
});

const refundId = '0193a000-0000-7000-8000-000000000001';
const actions = () => operator.db.selectFrom('staff_actions').selectAll().execute();
const decide = () =>
  operator.staff('POST /v1/refunds/{refundId}/decision', {
    params: { refundId },
    body: { decision: 'approve', reason: 'Khách xin' },
  });

it('a decision is sent with the account that made it, and recorded as done', async () => {
  await decide();
  expect(asked).toEqual([
    {
      path: `/v1/staff/refunds/${refundId}/decision`,
      body: { decision: 'approve', reason: 'Khách xin', by: { email: account.email } },
    },
  ]);
  expect(await actions()).toMatchObject([
    {
      staff: account.email,
      action: 'refund_approve',
      subject: refundId,
      reason: 'Khách xin',
      outcome: 'done',
    },
  ]);
});

it('what the issuer refuses is told as it is, and recorded', async () => {
  answer = { status: 409, body: { code: 'other_person_needed', detail: 'A second person is needed.' } };
  await expect(decide()).rejects.toMatchObject({ status: 409, code: 'other_person_needed' });
  expect(await actions()).toMatchObject([{ outcome: 'other_person_needed' }]);
});

it('an issuer that fails is unreachable, and that is recorded', async () => {
  answer = { status: 500, body: { code: 'internal_error' } };
  await expect(decide()).rejects.toMatchObject({ status: 503, code: 'issuer_unreachable' });
  expect(await actions()).toMatchObject([{ outcome: 'issuer_unreachable' }]);
});

it('looking at a document is recorded with its reason', async () => {
  answer = { status: 200, body: { jpegBase64: '/9j/' } };
  const params = { applicationId: refundId };
  const body = { reason: 'Xét duyệt' };
  await operator.staff('POST /v1/concession-applications/{applicationId}/picture', { params, body });
  expect(await actions()).toMatchObject([{ action: 'concession_picture', reason: 'Xét duyệt' }]);
});

it('payments and concessions are decided the same way', async () => {
  const payment = { provider: 'vietqr', transactionId: 'FT1', reason: 'Khách gọi' } as const;
  await operator.staff('POST /v1/unmatched-payments/decision', {
    body: { ...payment, topUpReference: null },
  });
  await operator.staff('POST /v1/unmatched-payments/decision', {
    body: { ...payment, topUpReference: 'vd0123456789ab' },
  });
  await operator.staff('POST /v1/concession-applications/{applicationId}/decision', {
    params: { applicationId: refundId },
    body: { decision: 'refuse', reason: 'Ảnh mờ', until: null },
  });
  expect((await actions()).map(({ action }) => action).toSorted()).toEqual([
    'concession_refuse',
    'payment_assign',
    'payment_send_back',
  ]);
  expect(asked[1]?.body).toMatchObject({ topUpReference: 'VD0123456789AB' });
});

it('is for staff alone, without a record of looking at lists', async () => {
  await expect(operator.anyone('GET /v1/refunds', { query: {} })).rejects.toMatchObject({ status: 401 });
  expect(await operator.staff('GET /v1/refunds', { query: {} })).toEqual({ refunds: [] });
  expect(await actions()).toEqual([]);
});
