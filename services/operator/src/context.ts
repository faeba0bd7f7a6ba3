/** What the operator's use cases work with. */
import type { Client, IssuerApi } from '@vedong/contracts';
import type { Clock } from '@vedong/runtime/clock';
import type { Log } from '@vedong/runtime/log';
import type { ServiceCalendar } from '@vedong/travel';
import type { ConflictPolicy } from './conflict-policy.ts';
import type { Db } from './db/tables.ts';
import type { OperatorMetrics } from './metrics.ts';

export interface OperatorContext {
  db: Db;
  clock: Clock;
  log: Log;
  metrics: OperatorMetrics;
  calendar: ServiceCalendar;
  /** What staff do to riders' money and data is done there. */
  issuer: Client<IssuerApi>;
  conflictPolicy: ConflictPolicy;
}
