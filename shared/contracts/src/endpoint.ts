/** How an endpoint is described; an API is a record of them, keyed `METHOD /path/{param}`. */
import type { z } from 'zod';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
export type EndpointKey = `${Method} /${string}`;

/** Who may call: nobody signed in, a rider, a staff member, another service, an enrolled validator. */
export type Caller = 'anyone' | 'rider' | 'staff' | 'service' | 'validator';

export interface Endpoint {
  summary: string;
  caller: Caller;
  params?: z.ZodType;
  query?: z.ZodType;
  body?: z.ZodType;
  /** Largest body taken, in bytes, where it may be larger than what the service takes elsewhere. */
  bodyLimitBytes?: number;
  /** Media type of a body that is a file; the handler reads it from the request. Instead of `body`. */
  upload?: string;
  /** Absent for 204. */
  response?: z.ZodType;
  /** Success status; 200 unless said. */
  status?: 200 | 201 | 202 | 204;
  /** Media type of the answer where it is not application/json; the response is then a string. */
  mediaType?: string;
  /** The handler writes the answer, whose end is open, to the response by itself. */
  isStream?: boolean;
  /** Stable problem codes a caller should expect beside `invalid_request`. */
  problems?: readonly string[];
}

export type Api = Record<EndpointKey, Endpoint>;

type Output<T> = T extends z.ZodType ? z.output<T> : undefined;
type Input<T> = T extends z.ZodType ? z.input<T> : undefined;

/** What a handler receives. */
export interface RequestOf<E extends Endpoint> {
  params: Output<E['params']>;
  query: Output<E['query']>;
  body: Output<E['body']>;
}

/** What a caller sends; parts the endpoint does not have are left out. */
export type CallOf<E extends Endpoint> = {
  [K in 'params' | 'query' | 'body' as E[K] extends z.ZodType ? K : never]: Input<E[K]>;
} & (E extends { upload: string } ? { upload: Blob } : unknown);

export type ResponseOf<E extends Endpoint> = E['response'] extends z.ZodType ? z.output<E['response']> : void;
