/** Riders' money and concessions as staff decide them: each call goes to the issuer, which keeps the books. */
import { actAtIssuer, askIssuer } from '../ask-issuer.ts';
import type { OperatorContext } from '../context.ts';
import type { OperatorHandlers } from './handlers.ts';

export function riderMoneyRoutes(context: OperatorContext) {
  const { issuer } = context;
  return {
    'GET /v1/refunds': ({ query }) => askIssuer(() => issuer('GET /v1/staff/refunds', { query })),
    'POST /v1/refunds/{refundId}/decision': ({ params, body, who }) =>
      actAtIssuer(
        context,
        {
          staff: who.email,
          action: `refund_${body.decision}`,
          subject: params.refundId,
          reason: body.reason,
        },
        () =>
          issuer('POST /v1/staff/refunds/{refundId}/decision', {
            params,
            body: { ...body, by: { email: who.email } },
          }),
      ),
    'GET /v1/unmatched-payments': ({ query }) =>
      askIssuer(() => issuer('GET /v1/staff/unmatched-payments', { query })),
    'POST /v1/unmatched-payments/decision': ({ body, who }) =>
      actAtIssuer(
        context,
        {
          staff: who.email,
          action: body.topUpReference === null ? 'payment_send_back' : 'payment_assign',
          subject: `${body.provider}:${body.transactionId}`,
          reason: body.reason,
        },
        () =>
          issuer('POST /v1/staff/unmatched-payments/decision', {
            body: { ...body, by: { email: who.email } },
          }),
      ),
    'GET /v1/concession-applications': ({ query }) =>
      askIssuer(() => issuer('GET /v1/staff/concession-applications', { query })),
    'POST /v1/concession-applications/{applicationId}/picture': ({ params, body, who }) =>
      actAtIssuer(
        context,
        {
          staff: who.email,
          action: 'concession_picture',
          subject: params.applicationId,
          reason: body.reason,
        },
        () => issuer('GET /v1/staff/concession-applications/{applicationId}/picture', { params }),
      ),
    'POST /v1/concession-applications/{applicationId}/decision': ({ params, body, who }) =>
      actAtIssuer(
        context,
        {
          staff: who.email,
          action: `concession_${body.decision}`,
          subject: params.applicationId,
          reason: body.reason,
        },
        () =>
          issuer('POST /v1/staff/concession-applications/{applicationId}/decision', {
            params,
            body: { ...body, by: { email: who.email } },
          }),
      ),
  } satisfies Partial<OperatorHandlers>;
}
