/** What the operator counts beside requests. */
import { Counter, type Registry } from '@vedong/runtime/metrics';

export function createMetrics(registry: Registry) {
  return {
    taps: new Counter({
      name: 'operator_taps_total',
      help: 'Journal records taken, by verdict',
      labelNames: ['verdict'],
      registers: [registry],
    }),
    trips: new Counter({
      name: 'operator_trip_revisions_total',
      help: 'Trips made or changed by pairing',
      registers: [registry],
    }),
    incidents: new Counter({
      name: 'operator_incidents_total',
      help: 'Incidents found or grown, by class and consequence',
      labelNames: ['class', 'consequence'],
      registers: [registry],
    }),
    charges: new Counter({
      name: 'operator_charges_total',
      help: 'Charges answered by the issuer, by result',
      labelNames: ['result'],
      registers: [registry],
    }),
  };
}
export type OperatorMetrics = ReturnType<typeof createMetrics>;
