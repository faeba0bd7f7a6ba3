/** Incidents: listed, opened, handled, their blocks lifted. */
import type { OperatorContext } from '../context.ts';
import { findIncidentStory, listIncidents } from '../db/list-incidents.ts';
import { handleIncident, incidentNotFound, liftBlock } from '../handle-incident.ts';
import type { OperatorHandlers } from './handlers.ts';

export function incidentRoutes(context: OperatorContext) {
  return {
    'GET /v1/incidents': ({ query }) => listIncidents(context.db, query),
    'GET /v1/incidents/{incidentId}': async ({ params }) => {
      const story = await findIncidentStory(context.db, params.incidentId);
      if (!story) throw incidentNotFound();
      return story;
    },
    'POST /v1/incidents/{incidentId}/handle': ({ params, body, who }) =>
      handleIncident(context, params.incidentId, { by: who.email, note: body.note }),
    'POST /v1/incidents/{incidentId}/lift-block': ({ params, body, who }) =>
      liftBlock(context, params.incidentId, { by: who.email, note: body.note }),
  } satisfies Partial<OperatorHandlers>;
}
