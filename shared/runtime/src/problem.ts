/** Errors as problem+json (RFC 9457), each with a stable `code`. */
import { STATUS_CODES } from 'node:http';
import type { ErrorRequestHandler, Request, Response } from 'express';
import { ZodError } from 'zod';
import type { Log } from './log.ts';

export interface ProblemDetails {
  /** A sentence that says what to do next. */
  detail?: string;
  retryAfterSeconds?: number;
  issues?: { path: string; message: string }[];
  /** What is wrong with an uploaded feed, and how much more there is of it. */
  feedProblems?: { problems: readonly object[]; leftOff: number };
}

/** What a caller did wrong or what fails around us; `code` never changes meaning once published. */
export class ServiceError extends Error {
  override name = 'ServiceError';
  readonly status: number;
  readonly code: string;
  readonly details: ProblemDetails;

  constructor(status: number, code: string, details: ProblemDetails = {}) {
    super(`${code}${details.detail ? `: ${details.detail}` : ''}`);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export const databaseUnavailable = () =>
  new ServiceError(503, 'database_unavailable', {
    detail: 'The database does not answer. Try again in a few seconds.',
    retryAfterSeconds: 2,
  });

/** A problem as it travels, without Express. */
export function problemOf({ status, code, details }: ServiceError, requestId: string) {
  const { retryAfterSeconds, ...shown } = details;
  const body = JSON.stringify({
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code,
    requestId,
    ...shown,
  });
  const headers: Record<string, string> = {
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': String(Buffer.byteLength(body)),
    'x-request-id': requestId,
    ...(retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }),
  };
  return { status, headers, body };
}

export function sendProblem(request: Request, response: Response, error: ServiceError): void {
  const { status, headers, body } = problemOf(error, request.id);
  response.status(status).set(headers).send(body);
}

/** The one error handler: everything unexpected is a 500 that tells the caller nothing but its request id. */
export function problemHandler(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const known = asServiceError(error);
    if (!known) log.error({ err: error, requestId: request.id }, 'unexpected error');
    else if (known.status >= 500) log.warn({ code: known.code, requestId: request.id }, 'service error');
    sendProblem(
      request,
      response,
      known ??
        new ServiceError(500, 'internal_error', {
          detail: 'Something went wrong on our side; it has been recorded.',
        }),
    );
  };
}

function asServiceError(error: unknown): ServiceError | null {
  if (error instanceof ServiceError) return error;
  if (error instanceof ZodError) return invalidRequest(error);
  if (typeof error !== 'object' || error === null) return null;
  const { type, code, message } = error as { type?: string; code?: string; message?: string };
  switch (type) {
    case 'entity.parse.failed':
      return new ServiceError(400, 'broken_json', { detail: 'The body is not valid JSON.' });
    case 'entity.too.large':
      return new ServiceError(413, 'body_too_large', {
        detail: 'The body is larger than this endpoint takes.',
      });
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new ServiceError(415, 'wrong_content_type', {
        detail: 'Send plain UTF-8 application/json, not compressed.',
      });
    case 'request.aborted':
    case 'request.size.invalid':
      return new ServiceError(400, 'broken_body', { detail: 'The body did not arrive whole.' });
    default:
      break;
  }
  if (error instanceof URIError)
    return new ServiceError(400, 'broken_url', { detail: 'The address is not well formed.' });
  return isDatabaseOutage(code, message) ? databaseUnavailable() : null;
}

export function invalidRequest(error: ZodError): ServiceError {
  return new ServiceError(400, 'invalid_request', {
    detail: 'Some fields are not as this endpoint needs them.',
    issues: error.issues.slice(0, 20).map(({ path, message }) => ({ path: path.join('.'), message })),
  });
}

/** PostgreSQL classes 08 and 57P, too many connections, and the pool's own time-outs. */
function isDatabaseOutage(code: string | undefined, message: string | undefined): boolean {
  return (
    /^(08\w{3}|57P0\d|57014|53300|55P03|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/.test(code ?? '') ||
    /timeout exceeded when trying to connect|Connection terminated|is not queryable/.test(message ?? '')
  );
}
