/** Taps and trips. */
import type { OperatorContext } from '../context.ts';
import { listTaps } from '../db/list-taps.ts';
import { listTrips } from '../db/list-trips.ts';
import type { OperatorHandlers } from './handlers.ts';

export function listRoutes({ db }: OperatorContext) {
  return {
    'GET /v1/taps': ({ query }) => listTaps(db, query),
    'GET /v1/trips': ({ query }) => listTrips(db, query),
  } satisfies Partial<OperatorHandlers>;
}
