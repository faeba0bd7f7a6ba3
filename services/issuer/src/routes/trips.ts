/** Trips: taken from operators, shown to riders. */
import { takeCharges } from '../charges.ts';
import { askForCorrection } from '../corrections.ts';
import type { Issuer, Routes } from '../issuer.ts';
import { getTripHistory, getTripStory } from '../trip-history.ts';

export const tripRoutes = (issuer: Issuer) =>
  ({
    'GET /v1/cards/{cardId}/trips': ({ who, params, query }) =>
      getTripHistory(issuer.db, { ...who, ...params }, query),
    'GET /v1/cards/{cardId}/trips/{tripId}': ({ who, params }) =>
      getTripStory(issuer.db, { ...who, ...params }, params.tripId),
    'POST /v1/cards/{cardId}/trips/{tripId}/corrections': async ({ who, params, body, request }) => {
      const { correction, isNew } = await askForCorrection(issuer, { ...who, ...params }, body);
      if (isNew) issuer.events.correctionAsked(request.id, params.tripId, body.kind);
      return correction;
    },
    'POST /v1/charges': async ({ body, request }) => {
      const results = await takeCharges(issuer, body.charges);
      issuer.events.chargesTaken(request.id, results);
      return { results };
    },
  }) satisfies Routes;
