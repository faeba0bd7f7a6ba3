/** A trip's story, what riders ask to be corrected, and what staff decide. */
import type { OperatorContext } from '../context.ts';
import { decideTrip, getCorrectionQueue, getTripStory, takeCorrectionRequests } from '../correct-trips.ts';
import type { OperatorHandlers } from './handlers.ts';

export function correctionRoutes(context: OperatorContext) {
  return {
    'GET /v1/trips/{tripId}': ({ params }) => getTripStory(context, params.tripId),
    'POST /v1/trips/{tripId}/decisions': async ({ params, body, who }) => {
      const decision = await decideTrip(context, { ...params, decidedBy: who.email }, body);
      context.log.info({ tripId: params.tripId, kind: decision.kind, staff: who.email }, 'trip decided');
      return decision;
    },
    'POST /v1/correction-requests': async ({ body }) => ({
      results: await takeCorrectionRequests(context, body.requests),
    }),
    'GET /v1/correction-requests': ({ query }) => getCorrectionQueue(context, query),
  } satisfies Partial<OperatorHandlers>;
}
