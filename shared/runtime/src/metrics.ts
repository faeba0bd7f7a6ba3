/** The kinds of metric a service may add to its registry, so that services share one prom-client. */
export { Counter, Gauge, Histogram } from 'prom-client';
export type { Registry } from 'prom-client';
