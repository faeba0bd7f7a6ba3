/** Refunds, payments and applications that wait, in memory, and what was decided of them. */
import type {
  StaffApplication,
  staffConcessionApi,
  StaffRefund,
  staffRefundApi,
  staffUnmatchedPaymentApi,
  UnmatchedPayment,
} from '@vedong/contracts';
import type { Handlers } from '@vedong/runtime/api';
import { ServiceError } from '@vedong/runtime/problem';

const at = '2026-11-23T03:00:00Z';

export interface RiderMoney {
  refunds: StaffRefund[];
  payments: UnmatchedPayment[];
  applications: StaffApplication[];
  /** What was sent, in order. */
  decisions: object[];
  /** A code that every decision is refused with. */
  refuseWith: string | null;
}

export const createRiderMoney = (): RiderMoney => ({
  refunds: [
    {
      refundId: '0193a000-0000-7000-8000-000000000001',
      of: 'top_up',
      topUpId: '0193a000-0000-7000-8000-00000000000a',
      passId: null,
      amount: { amount: 3_000_000, currency: 'VND' },
      state: 'waiting',
      subject: 'VD0123456789AB',
      askedAt: at,
      settledAt: null,
      reason: null,
      provider: 'vietqr',
      approvalsNeeded: 2,
      decisions: [{ by: 'an@example.vn', decision: 'approve', reason: 'Khách xin', at }],
      tries: 0,
      providerAnswer: null,
    },
  ],
  payments: [
    {
      provider: 'vietqr',
      transactionId: 'FT123',
      reference: 'nap tien ve xe',
      amount: { amount: 50_000, currency: 'VND' },
      why: 'unknown_reference',
      paidAt: at,
      state: 'open',
      decided: null,
    },
  ],
  applications: [
    {
      applicationId: '0193a000-0000-7000-8000-000000000002',
      category: 'student',
      state: 'waiting',
      askedAt: at,
      decidedAt: null,
      reason: null,
      until: null,
      decidedBy: null,
    },
  ],
  decisions: [],
  refuseWith: null,
});

type RiderMoneyApi = typeof staffRefundApi & typeof staffUnmatchedPaymentApi & typeof staffConcessionApi;

export function riderMoneyRoutes(money: () => RiderMoney): Handlers<RiderMoneyApi, { staff: void }> {
  const decide = <Row>(queue: (money: RiderMoney) => Row[], decision: object): Row => {
    const { refuseWith, decisions } = money();
    if (refuseWith) throw new ServiceError(409, refuseWith);
    decisions.push(decision);
    return queue(money()).shift()!;
  };
  return {
    'GET /v1/refunds': () => ({ refunds: money().refunds }),
    'POST /v1/refunds/{refundId}/decision': ({ body }) => decide(({ refunds }) => refunds, body),
    'GET /v1/unmatched-payments': () => ({ payments: money().payments }),
    'POST /v1/unmatched-payments/decision': ({ body }) => decide(({ payments }) => payments, body),
    'GET /v1/concession-applications': () => ({ applications: money().applications }),
    'POST /v1/concession-applications/{applicationId}/picture': () => ({ jpegBase64: '/9j/4AAQSkZJRg==' }),
    'POST /v1/concession-applications/{applicationId}/decision': ({ body }) =>
      decide(({ applications }) => applications, body),
  };
}
