/** Refunds and payments without a top-up: asked for by riders, decided by staff through the operator. */
import type { Issuer, Routes } from '../issuer.ts';
import { decideUnmatched, listUnmatchedPayments } from '../payments/unmatched.ts';
import { askRefund, getRefundOffer } from '../refunds/ask-refund.ts';
import { decideRefund } from '../refunds/decide-refund.ts';
import { listRefunds, listStaffRefunds } from '../refunds/show-refunds.ts';

export const refundRoutes = (issuer: Issuer) =>
  ({
    'GET /v1/refund-offers': ({ who, query }) => getRefundOffer(issuer, who.riderId, query),
    'POST /v1/refunds': async ({ who, body, request }) => {
      const refund = await askRefund(issuer, who.riderId, body);
      issuer.events.refundAsked(request.id, refund.refundId, refund.state);
      return refund;
    },
    'GET /v1/refunds': async ({ who }) => ({ refunds: await listRefunds(issuer.db, who.riderId) }),
    'GET /v1/staff/refunds': async ({ query }) => ({
      refunds: await listStaffRefunds(issuer.db, query.show, issuer.config.refunds),
    }),
    'POST /v1/staff/refunds/{refundId}/decision': async ({ params, body, request }) => {
      const refund = await decideRefund(issuer, params.refundId, body);
      issuer.events.refundDecided(request.id, refund.refundId, body.decision);
      return refund;
    },
    'GET /v1/staff/unmatched-payments': async ({ query }) => ({
      payments: await listUnmatchedPayments(issuer.db, query.show),
    }),
    'POST /v1/staff/unmatched-payments/decision': async ({ body, request }) => {
      const payment = await decideUnmatched(issuer, body);
      issuer.events.paymentDecided(request.id, payment.transactionId, payment.state);
      return payment;
    },
  }) satisfies Routes;
