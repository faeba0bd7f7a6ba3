/** Concessions: applied for by riders, decided by staff through the operator. */
import { createRateLimiter } from '@vedong/runtime/rate-limit';
import {
  applyForConcession,
  decideConcession,
  getApplicationPicture,
  getConcession,
  listStaffApplications,
} from '../concessions.ts';
import type { Issuer, Routes } from '../issuer.ts';

/** Each keeps a picture of up to a megabyte. */
const applicationLimit = { name: 'concession', tries: 10, perSeconds: 86_400 };

export const concessionRoutes = (issuer: Issuer) => {
  const limiter = createRateLimiter(issuer.db, applicationLimit);
  return {
    'GET /v1/cards/{cardId}/concession': ({ who, params }) => getConcession(issuer, { ...who, ...params }),
    'POST /v1/cards/{cardId}/concession-applications': async ({ who, params, query, request }) => {
      await limiter.count(who.riderId);
      const application = await applyForConcession(
        issuer,
        { ...who, ...params },
        { category: query.category, picture: request },
      );
      issuer.events.concessionAsked(request.id, application.applicationId);
      return application;
    },
    'GET /v1/staff/concession-applications': async ({ query }) => ({
      applications: await listStaffApplications(issuer.db, query.show),
    }),
    'GET /v1/staff/concession-applications/{applicationId}/picture': ({ params }) =>
      getApplicationPicture(issuer, params.applicationId),
    'POST /v1/staff/concession-applications/{applicationId}/decision': async ({ params, body, request }) => {
      const application = await decideConcession(issuer, params.applicationId, body);
      issuer.events.concessionDecided(request.id, application.applicationId, application.state);
      return application;
    },
  } satisfies Routes;
};
