import type { AddressInfo, Server } from 'node:net';
import { createClient, type Api } from '@vedong/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { createHttpApp, createRegistry } from './http-app.ts';
import { silentLog } from './log.ts';
import { ServiceError } from './problem.ts';
import { closeServer, listen } from './service.ts';
import { bearerTokenOf, notSignedIn } from './session-token.ts';

const api = {
  'POST /v1/double/{name}': {
    summary: 'Doubles a number.',
    caller: 'anyone',
    params: z.strictObject({ name: z.string().max(10) }),
    body: z.strictObject({ number: z.int() }),
    status: 201,
    response: z.strictObject({ name: z.string(), doubled: z.int() }),
  },
  'GET /v1/secret': { summary: 'For services.', caller: 'service', response: z.string() },
  'POST /v1/secret': {
    summary: 'For services.',
    caller: 'service',
    body: z.strictObject({ text: z.string() }),
    bodyLimitBytes: 1000,
    response: z.int(),
  },
  'GET /v1/fails': {
    summary: 'Fails.',
    caller: 'anyone',
    query: z.strictObject({ how: z.string() }),
    status: 204,
  },
} as const satisfies Api;

let server: Server;
let url: string;

beforeAll(async () => {
  const app = createHttpApp<typeof api, { service: string }>({
    service: 'test',
    log: silentLog,
    api,
    registry: createRegistry('test'),
    notReady: () => Promise.resolve('still starting'),
    bodyLimitBytes: 200,
    trustedProxies: 0,
    authenticators: {
      service: (request) =>
        bearerTokenOf(request) === 'right' ? Promise.resolve('operator') : Promise.reject(notSignedIn()),
    },
    handlers: {
      'POST /v1/double/{name}': ({ params, body }) => ({ name: params.name, doubled: body.number * 2 }),
      'GET /v1/secret': ({ who }) => `hello ${who}`,
      'POST /v1/secret': ({ body }) => body.text.length,
      'GET /v1/fails': ({ query }) => {
        if (query.how === 'known') throw new ServiceError(409, 'known_code', { retryAfterSeconds: 3 });
        throw new Error('password=hunter2');
      },
    },
  });
  server = await listen(app, '127.0.0.1', 0);
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => closeServer(server as Parameters<typeof closeServer>[0]));

const post = (body: string, contentType = 'application/json', path = '/v1/double/x') =>
  fetch(`${url}${path}`, { method: 'POST', headers: { 'content-type': contentType }, body });
const problemOf = async (response: Response) => ({
  status: response.status,
  mediaType: response.headers.get('content-type'),
  ...((await response.json()) as { code: string; detail?: string; issues?: unknown[] }),
});

it('parses, calls and answers, and the typed client reads it', async () => {
  const call = createClient<typeof api>(url);
  expect(await call('POST /v1/double/{name}', { params: { name: 'a/b' }, body: { number: 21 } })).toEqual({
    name: 'a/b',
    doubled: 42,
  });
});

it.each([
  ['a number as a string', '{"number":"1"}', 'application/json', 400, 'invalid_request'],
  ['an unknown field', '{"number":1,"__proto__":{"a":1}}', 'application/json', 400, 'invalid_request'],
  ['broken JSON', '{"number":', 'application/json', 400, 'broken_json'],
  ['no body', '', 'application/json', 400, 'invalid_request'],
  ['another content type', '{"number":1}', 'text/plain', 415, 'wrong_content_type'],
  [
    'a body over the limit',
    JSON.stringify({ number: 1, pad: 'x'.repeat(300) }),
    'application/json',
    413,
    'body_too_large',
  ],
])('answers %s with a problem', async (_what, body, contentType, status, code) => {
  const problem = await problemOf(await post(body, contentType));
  expect(problem).toMatchObject({
    status,
    code,
    mediaType: expect.stringContaining('application/problem+json'),
  });
});

it('refuses a compressed body, a broken address and an unknown one', async () => {
  const compressed = await fetch(`${url}/v1/double/x`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: 'x',
  });
  expect(await problemOf(compressed)).toMatchObject({ status: 415, code: 'wrong_content_type' });
  expect(await problemOf(await post('{}', 'application/json', '/v1/double/%E0%A4%A'))).toMatchObject({
    status: 400,
  });
  expect(await problemOf(await fetch(`${url}/v1/nothing`))).toMatchObject({ status: 404, code: 'not_found' });
});

it('does not read the body of a caller it does not know', async () => {
  expect(await problemOf(await post('x'.repeat(300), 'application/json', '/v1/secret'))).toMatchObject({
    status: 401,
    code: 'not_signed_in',
  });
});

it('asks who is calling before anything else', async () => {
  expect(await problemOf(await fetch(`${url}/v1/secret`))).toMatchObject({
    status: 401,
    code: 'not_signed_in',
  });
  const call = createClient<typeof api>(url, { headers: () => ({ authorization: 'Bearer right' }) });
  expect(await call('GET /v1/secret')).toBe('hello operator');
  expect(await call('POST /v1/secret', { body: { text: 'x'.repeat(500) } })).toBe(500); // its own limit
});

it('passes stable codes on and keeps what is unexpected to itself', async () => {
  const known = await fetch(`${url}/v1/fails?how=known`);
  expect(known.headers.get('retry-after')).toBe('3');
  expect(await problemOf(known)).toMatchObject({ status: 409, code: 'known_code' });
  const text = await (await fetch(`${url}/v1/fails?how=oops`)).text();
  expect(text).toContain('internal_error');
  expect(text).not.toContain('hunter2');
});

it('says how it is', async () => {
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  const ready = await fetch(`${url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([
    503,
    { status: 'not ready', reason: 'still starting' },
  ]);
  expect(await (await fetch(`${url}/metrics`)).text()).toContain('http_request_duration_seconds_bucket');
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: Record<string, unknown> };
  expect(Object.keys(paths)).toEqual(['/v1/double/{name}', '/v1/secret', '/v1/fails']);
});
