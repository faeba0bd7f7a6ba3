/** Receipts, refunds and concessions of the issuer in memory. */
import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { ServiceError } from '@vedong/runtime/problem';
import type { Routes } from './issuer-stand-in.ts';
import { dong, type Money } from './money-stand-in.ts';

export function refundRoutes(money: Money): Partial<Routes> {
  return {
    'GET /v1/receipts/{transactionId}': ({ params: { transactionId } }) => {
      const entry = money.entries.find((candidate) => candidate.transactionId === transactionId);
      if (!entry) throw new ServiceError(404, 'receipt_not_found');
      const { kind, at, amount, balanceAfter, subject } = entry;
      const topUp = {
        topUpId: '0193a000-0000-7000-8000-00000000000a',
        provider: 'vietqr' as const,
        reference: 'VD0123456789AB',
        paidAt: at,
      };
      return {
        transactionId,
        number: 'VD-0123456789AB',
        kind,
        at,
        amount,
        balanceAfter,
        subject,
        topUp: kind === 'top_up' ? topUp : null,
        pass: null,
        trip: null,
        refund: null,
      };
    },
    'GET /v1/refund-offers': () => money.offer,
    'POST /v1/refunds': ({ body: { refundId, topUpId = null, passId = null, amount } }) => {
      if (money.refuseRefundsWith) throw new ServiceError(409, money.refuseRefundsWith);
      const refund = {
        refundId,
        of: passId ? ('pass' as const) : ('top_up' as const),
        topUpId,
        passId,
        amount: dong(amount),
        state: amount > money.offer.atOnceUpTo.amount ? ('waiting' as const) : ('requested' as const),
        subject: 'VD0123456789AB',
        askedAt: new Date().toISOString(),
        settledAt: null,
        reason: null,
      };
      money.refunds.unshift(refund);
      return refund;
    },
    'GET /v1/refunds': () => ({ refunds: money.refunds }),
    'GET /v1/cards/{cardId}/concession': () => ({
      concession: money.concession,
      application: money.application,
    }),
    'POST /v1/cards/{cardId}/concession-applications': async ({ query: { category }, request }) => {
      money.pictureBegins = (await buffer(request)).subarray(0, 3).toString('hex');
      money.application = {
        applicationId: randomUUID(),
        category,
        state: 'waiting',
        askedAt: new Date().toISOString(),
        decidedAt: null,
        reason: null,
        until: null,
      };
      return money.application;
    },
  };
}
