/** Turns an API of contracts and its handlers into Express routes: authenticate, parse, call, answer. */
import { randomUUID } from 'node:crypto';
import type { Api, Caller, Endpoint, EndpointKey, RequestOf, ResponseOf } from '@vedong/contracts/endpoint';
import express, { type Request, type Response, type Router } from 'express';
import { z } from 'zod';
import { invalidRequest, ServiceError } from './problem.ts';

declare global {
  namespace Express {
    interface Request {
      id: string;
    }
  }
}

/** Who each kind of caller turns out to be; kinds an API does not use are left out. */
export type Authenticators<Who> = { [C in keyof Who & Caller]: (request: Request) => Promise<Who[C]> };

export type Handler<E extends Endpoint, Who> = (
  call: RequestOf<E> & {
    who: E['caller'] extends keyof Who ? Who[E['caller']] : undefined;
    request: Request;
    response: Response;
  },
) => Promise<AnswerOf<E>> | AnswerOf<E>;

type AnswerOf<E extends Endpoint> = E extends { isStream: true } ? void : ResponseOf<E>;

export type Handlers<A extends Api, Who> = { [K in keyof A & EndpointKey]: Handler<A[K], Who> };

export interface ApiImplementation<A extends Api, Who> {
  api: A;
  handlers: Handlers<A, Who>;
  authenticators: Authenticators<Who>;
  /** Largest body taken, in bytes, where an endpoint does not name its own limit. */
  bodyLimitBytes: number;
}

/** Mounts every endpoint of `api`. A caller that is not who it must be gets 401 before its body is read. */
export function implementApi<A extends Api, Who>(
  router: Router,
  { api, handlers, authenticators, bodyLimitBytes }: ApiImplementation<A, Who>,
): void {
  for (const [key, endpoint] of Object.entries(api) as [keyof A & EndpointKey, Endpoint][]) {
    const [method, template] = key.split(' ') as [string, string];
    const handle = handlers[key] as unknown as (call: object) => Promise<unknown>;
    const authenticate = (authenticators as Record<string, ((r: Request) => Promise<unknown>) | undefined>)[
      endpoint.caller
    ];
    if (endpoint.caller !== 'anyone' && !authenticate) throw new Error(`${key} has no authenticator`);
    const route = router.route(template.replace(/\{(\w+)\}/g, ':$1'));
    const verb = method.toLowerCase() as 'get' | 'post' | 'put' | 'delete';
    route[verb](
      async (request, response, next) => {
        (response.locals as Locals).who = await authenticate?.(request);
        next();
      },
      express.json({ limit: endpoint.bodyLimitBytes ?? bodyLimitBytes, inflate: false }),
      async (request, response) => {
        const { who } = response.locals as Locals;
        const call = { ...readInput(endpoint, method, request), who, request, response };
        sendAnswer(endpoint, response, await handle(call));
      },
    );
  }
}

interface Locals {
  /** Undefined where anyone may call. */
  who: unknown;
}

function readInput(endpoint: Endpoint, method: string, request: Request) {
  const mediaType = endpoint.upload ?? 'application/json';
  if (method !== 'GET' && (endpoint.body || endpoint.upload) && !request.is(mediaType)) {
    throw new ServiceError(415, 'wrong_content_type', { detail: `Send the body as ${mediaType}.` });
  }
  return {
    params: endpoint.params && read(endpoint.params, request.params, 'path'),
    query: endpoint.query && read(endpoint.query, request.query, 'query'),
    body: endpoint.body && read(endpoint.body, request.body, 'body'),
  };
}

function read(schema: z.ZodType, value: unknown, where: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) issue.path.unshift(where);
  throw invalidRequest(parsed.error);
}

function sendAnswer(endpoint: Endpoint, response: Response, answer: unknown): void {
  if (endpoint.isStream) return;
  response.status(endpoint.status ?? (endpoint.response ? 200 : 204));
  if (!endpoint.response) response.end();
  else if (endpoint.mediaType) response.type(endpoint.mediaType).send(answer);
  else response.json(answer);
}

/** OpenAPI 3.1 of an API, made from its schemas. */
export function describeApi(api: Api, title: string, version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const [key, endpoint] of Object.entries(api)) {
    const [method = '', template = ''] = key.split(' ');
    (paths[template] ??= {})[method.toLowerCase()] = describeEndpoint(endpoint);
  }
  return {
    openapi: '3.1.0',
    info: { title, version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
  };
}

function describeEndpoint(endpoint: Endpoint): object {
  const input = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const parameters = (['params', 'query'] as const).flatMap((where) => {
    const schema = endpoint[where] && input(endpoint[where]);
    return Object.entries(schema?.properties ?? {}).map(([name, property]) => ({
      name,
      in: where === 'params' ? 'path' : 'query',
      required: where === 'params' || (schema?.required ?? []).includes(name),
      schema: property,
    }));
  });
  const problemDescription = endpoint.problems
    ? `Problem codes: ${endpoint.problems.join(', ')}`
    : 'A problem';
  return {
    summary: endpoint.summary,
    'x-caller': endpoint.caller,
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(endpoint.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: input(endpoint.body) } } } }
      : {}),
    ...(endpoint.upload ? { requestBody: { required: true, content: { [endpoint.upload]: {} } } } : {}),
    responses: {
      [String(endpoint.status ?? (endpoint.response ? 200 : 204))]: {
        description: 'Success',
        ...(endpoint.response
          ? {
              content: {
                [endpoint.mediaType ?? 'application/json']: {
                  schema: z.toJSONSchema(endpoint.response, { unrepresentable: 'any' }),
                },
              },
            }
          : {}),
      },
      default: { description: problemDescription, content: { 'application/problem+json': {} } },
    },
  };
}

/** The caller's own request id when it is a plain one, else a new one. */
export function requestIdOf(header: string | undefined): string {
  return header && /^[\w-]{8,64}$/.test(header) ? header : randomUUID();
}
