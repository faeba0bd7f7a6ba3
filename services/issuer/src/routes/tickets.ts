/** Tickets of both profiles, and the time by which phones show them. */
import { issueCertificates } from '../issue-certificates.ts';
import { issueTickets } from '../issue-tickets.ts';
import type { Issuer, Routes } from '../issuer.ts';

export const ticketRoutes = (issuer: Issuer) =>
  ({
    'GET /v1/time': () => ({ nowMilliseconds: issuer.clock.nowMilliseconds() }),
    'POST /v1/cards/{cardId}/certificates': ({ who, params, body }) =>
      issueCertificates(issuer, { ...who, ...params }, body.proof),
    'POST /v1/cards/{cardId}/tickets': ({ who, params, body }) =>
      issueTickets(issuer, { ...who, ...params }, body.count),
  }) satisfies Routes;
