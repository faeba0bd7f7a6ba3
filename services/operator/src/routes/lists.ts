/** Taps and trips. */
import { ServiceError } from '@vedong/runtime/problem';
import type { OperatorContext } from '../context.ts';
import { listTaps, listTapsOfTrip } from '../db/list-taps.ts';
import { findTrip, listTrips } from '../db/list-trips.ts';
import type { OperatorHandlers } from './handlers.ts';

export function listRoutes({ db }: OperatorContext) {
  return {
    'GET /v1/taps': ({ query }) => listTaps(db, query),
    'GET /v1/trips': ({ query }) => listTrips(db, query),
    'GET /v1/trips/{tripId}': async ({ params }) => {
      const found = await findTrip(db, params.tripId);
      if (!found) throw new ServiceError(404, 'trip_not_found', { detail: 'There is no trip of this id.' });
      const { trip, tapIds } = found;
      return { trip, taps: await listTapsOfTrip(db, { ...trip, tapIds }) };
    },
  } satisfies Partial<OperatorHandlers>;
}
