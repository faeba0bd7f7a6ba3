/** Trips: taken from operators, shown to riders. */
import { takeCharges } from '../charges.ts';
import type { Issuer, Routes } from '../issuer.ts';
import { getTripHistory } from '../trip-history.ts';

export const tripRoutes = ({ db, config, events }: Issuer) =>
  ({
    'GET /v1/cards/{cardId}/trips': ({ who, params, query }) =>
      getTripHistory(db, { ...who, ...params }, query),
    'POST /v1/charges': async ({ body, request }) => {
      const results = await takeCharges(db, config.issuerNumber, body.charges);
      events.chargesTaken(request.id, results);
      return { results };
    },
  }) satisfies Routes;
