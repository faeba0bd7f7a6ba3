/** What gates fetch: keys, trust bundle, status lists. A matching If-None-Match gets 304 from Express. */
import { toJwks } from '@vedong/ticket';
import type { Response } from 'express';
import type { Issuer, Routes } from '../issuer.ts';
import { statusListTtlSeconds } from '../status-lists.ts';

const bundleMaxAgeSeconds = 30;

export const trustRoutes = ({ trust, statusLists }: Issuer) =>
  ({
    'GET /.well-known/jwks.json': async ({ response }) => {
      const { bundle } = await trust.getPublished();
      letCachesKeep(response, `"${bundle.version}"`, bundleMaxAgeSeconds);
      return toJwks(bundle);
    },
    'GET /v1/trust-bundle': async ({ response }) => {
      const { bundle, jws } = await trust.getPublished();
      letCachesKeep(response, `"${bundle.version}"`, bundleMaxAgeSeconds);
      return jws;
    },
    'GET /v1/status-lists/{serviceDay}': async ({ params, response }) => {
      const { token, etag } = await statusLists(params.serviceDay);
      letCachesKeep(response, etag, statusListTtlSeconds);
      return token;
    },
  }) satisfies Routes;

function letCachesKeep(response: Response, etag: string, maxAgeSeconds: number): void {
  response.set({ etag, 'cache-control': `public, max-age=${maxAgeSeconds}` });
}
