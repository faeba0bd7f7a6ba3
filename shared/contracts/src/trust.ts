/** What gates fetch of the issuer and what it pushes to them: keys, trust bundle, status lists and their changes. */
import { z } from 'zod';
import { serviceDay } from './common.ts';
import type { Api } from './endpoint.ts';

const dayParams = z.strictObject({ serviceDay });

/** Data of the event `versions`: what the issuer publishes now. Sent first, after every change, and never required. */
export const publishedVersions = z.object({ trustBundle: z.int().min(0), statusLists: z.int().min(0) });
export type PublishedVersions = z.output<typeof publishedVersions>;

/** How often a comment is sent on a stream that has nothing to say; silence of twice that means it is dead. */
export const heartbeatSeconds = 10;

export const trustApi = {
  'GET /.well-known/jwks.json': {
    summary: 'Public signing keys (RFC 7517).',
    caller: 'anyone',
    response: z.object({ keys: z.array(z.record(z.string(), z.unknown())) }),
  },
  'GET /v1/trust-bundle': {
    summary: 'The trust bundle, a compact JWS signed by the root key.',
    caller: 'anyone',
    mediaType: 'application/jose',
    response: z.string(),
  },
  'GET /v1/status-lists/{serviceDay}': {
    summary: 'The Token Status List of a service day.',
    caller: 'anyone',
    params: dayParams,
    mediaType: 'application/statuslist+jwt',
    response: z.string(),
    problems: ['status_list_not_found'],
  },
  'GET /v1/status-lists/{serviceDay}/changes': {
    summary:
      'The signed delta from an earlier version of a status list to the present one. After `changes_gone` fetch the list itself.',
    caller: 'anyone',
    params: dayParams,
    query: z.strictObject({ from: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER) }),
    mediaType: 'application/vd1-status-delta+jwt',
    response: z.string(),
    problems: ['status_list_not_found', 'no_newer_version', 'changes_gone'],
  },
  'GET /v1/changes': {
    summary:
      'Server-sent events, within a second of each change: `trust-bundle` (data: the bundle), `status-delta` (data: the delta of one list), and after them, as at the beginning, `versions` (data: {trustBundle, statusLists}). Who is behind fetches what is missing. A reader that does not keep up is cut off.',
    caller: 'anyone',
    isStream: true,
    mediaType: 'text/event-stream',
    response: z.string(),
    problems: ['too_many_streams', 'stopping'],
  },
} as const satisfies Api;
