/** The Express app every service starts from: request ids, security headers, health, metrics, OpenAPI, pages, errors. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Api } from '@vedong/contracts/endpoint';
import express, { type Express } from 'express';
import helmet from 'helmet';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { type ApiImplementation, describeApi, implementApi, requestIdOf } from './api.ts';
import type { Log } from './log.ts';
import { problemHandler, sendProblem, ServiceError } from './problem.ts';

export interface HttpAppOptions<A extends Api, Who> extends ApiImplementation<A, Who> {
  service: string;
  log: Log;
  /** Why the service cannot work now, or null when it can. */
  notReady: () => Promise<string | null>;
  registry: Registry;
  trustedProxies: number;
  /** Built web pages served at `/`; built by `npm start` and by the tests. */
  pagesFolder?: string;
}

export function createRegistry(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  return registry;
}

export function createHttpApp<A extends Api, Who>(options: HttpAppOptions<A, Who>): Express {
  const { service, log, api, registry } = options;
  const app = express();
  app
    .disable('x-powered-by')
    .disable('etag')
    .set('query parser', 'simple')
    .set('trust proxy', options.trustedProxies);
  measureRequests(app, registry);
  app.use(securityHeaders());
  addOwnEndpoints(app, options);
  const document = describeApi(api, `Vedong ${service}`, '1');
  app.get('/openapi.json', (_request, response) => void response.json(document));
  app.use(['/v1', '/.well-known'], (_request, response, next) => {
    response.set('cache-control', 'no-store');
    next();
  });
  implementApi(app, options);
  if (options.pagesFolder) addPages(app, options.pagesFolder);
  app.use((request, response) =>
    sendProblem(
      request,
      response,
      new ServiceError(404, 'not_found', { detail: 'There is nothing at this address.' }),
    ),
  );
  app.use(problemHandler(log));
  return app;
}

function measureRequests(app: Express, registry: Registry): void {
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer a request, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    registers: [registry],
  });
  app.use((request, response, next) => {
    request.id = requestIdOf(request.get('x-request-id'));
    response.set('x-request-id', request.id);
    const end = durations.startTimer({ method: request.method });
    response.once('close', () => {
      const route = (request.route as { path?: string } | undefined)?.path ?? 'unrouted';
      end({ route, status: String(response.statusCode) });
    });
    next();
  });
}

/** A strict policy for pages: own scripts only; WebAssembly for the code reader; inline styles for component libraries. */
function securityHeaders() {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'"],
        workerSrc: ["'self'", 'blob:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
      },
    },
    // Plain HTTP on one machine must keep working; a proxy with TLS in front sets this.
    strictTransportSecurity: false,
  });
}

function addOwnEndpoints<A extends Api, Who>(
  app: Express,
  { registry, notReady }: HttpAppOptions<A, Who>,
): void {
  app.get('/healthz', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/readyz', async (_request, response) => {
    const reason = await notReady();
    response.status(reason ? 503 : 200).json(reason ? { status: 'not ready', reason } : { status: 'ready' });
  });
  app.get('/metrics', async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
}

function addPages(app: Express, folder: string): void {
  app.use(
    express.static(folder, {
      index: 'index.html',
      setHeaders: (response, path) => {
        const isHashed = /\/assets\//.test(path);
        response.set('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
        response.set('permissions-policy', 'camera=(self), screen-wake-lock=(self)');
      },
    }),
  );
  app.get('/', (request, response) => {
    if (existsSync(join(folder, 'index.html'))) return response.sendFile(join(folder, 'index.html'));
    return sendProblem(
      request,
      response,
      new ServiceError(503, 'pages_not_built', {
        detail: 'The web pages have not been built. Run: npm run build',
      }),
    );
  });
}
