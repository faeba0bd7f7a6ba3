/** What the validator counts and times, beside what every service does. */
import { Counter, Gauge, Histogram, type Registry } from '@vedong/runtime/metrics';

export type Metrics = ReturnType<typeof createMetrics>;

/** `unsentTaps` is asked when the metrics are read. */
export function createMetrics(registry: Registry, unsentTaps: () => number) {
  const registers = [registry];
  const seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];
  const backlog: Gauge = new Gauge({
    name: 'vedong_journal_unsent_taps',
    help: 'Taps that the operator has not acknowledged yet',
    registers,
    collect: () => backlog.set(unsentTaps()),
  });
  return {
    taps: new Counter({
      name: 'vedong_taps_total',
      help: 'Taps recorded, by outcome, reason and the memory that judged replay',
      labelNames: ['outcome', 'reason', 'guard'],
      registers,
    }),
    overloaded: new Counter({
      name: 'vedong_taps_refused_overloaded_total',
      help: 'Taps told to come again, unread, because too many were under way',
      registers,
    }),
    guardSeconds: new Histogram({
      name: 'vedong_guard_seconds',
      help: 'Time a tap waited for Redis, by the memory that then judged it',
      labelNames: ['guard'],
      buckets: seconds,
      registers,
    }),
    told: new Counter({
      name: 'vedong_guard_told_total',
      help: 'Claims told to Redis after own memory judged them; conflict: the same code was accepted elsewhere too',
      labelNames: ['answer'],
      registers,
    }),
    commitSeconds: new Histogram({
      name: 'vedong_journal_commit_seconds',
      help: 'Time of one journal commit',
      buckets: seconds,
      registers,
    }),
    commitTaps: new Histogram({
      name: 'vedong_journal_commit_taps',
      help: 'Taps that shared one journal commit',
      buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
      registers,
    }),
  };
}
