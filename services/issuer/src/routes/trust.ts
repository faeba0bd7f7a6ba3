/** What gates fetch: keys, trust bundle, status lists. A matching If-None-Match gets 304 from Express. */
import { toJwks } from '@vedong/ticket';
import type { Request, Response } from 'express';
import type { Issuer, Routes } from '../issuer.ts';
import { statusListTtlSeconds } from '../status-lists.ts';

const bundleMaxAgeSeconds = 30;

export const trustRoutes = ({ trust, statusLists, changes }: Issuer) =>
  ({
    'GET /.well-known/jwks.json': async (call) => {
      const { bundle } = await trust.getPublished();
      letCachesKeep(call, `"${bundle.version}"`, bundleMaxAgeSeconds);
      return toJwks(bundle);
    },
    'GET /v1/trust-bundle': async (call) => {
      const { bundle, jws } = await trust.getPublished();
      letCachesKeep(call, `"${bundle.version}"`, bundleMaxAgeSeconds);
      return jws;
    },
    'GET /v1/status-lists/{serviceDay}': async (call) => {
      const { token, etag } = await statusLists.getList(call.params.serviceDay);
      letCachesKeep(call, etag, statusListTtlSeconds);
      return token;
    },
    'GET /v1/status-lists/{serviceDay}/changes': ({ params, query }) =>
      statusLists.getDelta(params.serviceDay, query.from),
    'GET /v1/changes': ({ request, response }) => changes.open(request, response),
  }) satisfies Routes;

function letCachesKeep(
  { request, response }: { request: Request; response: Response },
  etag: string,
  maxAgeSeconds: number,
): void {
  response.set({ etag, 'cache-control': `public, max-age=${maxAgeSeconds}` });
  // Every fetch() that names an etag itself adds no-cache, which is addressed to caches on the way (RFC 9111, 5.2.1.4);
  // Express would take it for a wish to have the whole body again.
  delete request.headers['cache-control'];
}
