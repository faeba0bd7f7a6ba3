/** A typed caller over `fetch`; needs only the type of an API, so that pages do not carry the schemas. */
import type { Api, CallOf, Endpoint, EndpointKey, ResponseOf } from './endpoint.ts';

/** An error answer: `code` is the stable word to act on, `detail` a sentence for people. */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly retryAfterSeconds: number | null;
  /** The whole answer, for problems that say more than a sentence can. */
  problem: Readonly<Record<string, unknown>> = {};

  constructor(status: number, code: string, detail: string, retryAfterSeconds: number | null = null) {
    super(detail);
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface ClientOptions {
  /** Sent with every call, e.g. a bearer token. */
  headers?: () => Record<string, string> | Promise<Record<string, string>>;
  /** After which a call fails with code `no_answer`; 10 s unless said. */
  timeoutMilliseconds?: number;
  fetch?: typeof globalThis.fetch;
}

/** A large file over a slow line. */
const uploadMilliseconds = 600_000;

export type Client<A extends Api> = <K extends keyof A & EndpointKey>(
  key: K,
  ...call: keyof CallOf<A[K]> extends never ? [] : [CallOf<A[K]>]
) => Promise<ResponseOf<A[K]>>;

interface AnyCall {
  params?: Record<string, string>;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  upload?: Blob;
}

/** Throws ApiError for an error answer; code `no_answer` (status 0) when there was none. */
export function createClient<A extends Api>(baseUrl: string, options: ClientOptions = {}): Client<A> {
  const send = options.fetch ?? globalThis.fetch.bind(globalThis);
  const call = async (key: EndpointKey, { params, query, body, upload }: AnyCall = {}) => {
    const [method = 'GET', template = '/'] = key.split(' ');
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) =>
      encodeURIComponent(params?.[name] ?? ''),
    );
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query ?? {})) {
      if (value !== undefined) search.set(name, String(value));
    }
    const response = await send(`${baseUrl}${path}${search.size > 0 ? `?${search}` : ''}`, {
      method,
      headers: {
        ...(method === 'GET' ? {} : { 'content-type': upload?.type ?? 'application/json' }),
        ...(await options.headers?.()),
      },
      ...(method === 'GET' ? {} : { body: upload ?? JSON.stringify(body ?? {}) }),
      signal: AbortSignal.timeout(upload ? uploadMilliseconds : (options.timeoutMilliseconds ?? 10_000)),
    }).catch((cause: unknown) => {
      throw new ApiError(0, 'no_answer', cause instanceof Error ? cause.message : 'no answer');
    });
    return readAnswer(response);
  };
  return call as unknown as Client<A>;
}

async function readAnswer(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined;
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  const content: unknown = isJson ? await response.json() : await response.text();
  if (response.ok) return content;
  const problem = (isJson ? content : {}) as { code?: string; detail?: string; title?: string };
  const retryAfter = Number(response.headers.get('retry-after'));
  const error = new ApiError(
    response.status,
    problem.code ?? 'unexpected_answer',
    problem.detail ?? problem.title ?? `HTTP ${response.status}`,
    Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null,
  );
  error.problem = problem;
  throw error;
}

export type { Endpoint };
