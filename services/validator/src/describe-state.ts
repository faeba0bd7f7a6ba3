/** The validator's own state: what is degraded, the clock, the journal; for its screen, the operator and the metrics. */
import type { DatabaseSync } from 'node:sqlite';
import type { JournalReport, ValidatorReport } from '@vedong/contracts';
import { Gauge, type Registry } from '@vedong/runtime/metrics';
import { degradedConditions, type DegradedCondition } from '@vedong/travel';
import type { TrustedClock } from './clock/trusted-clock.ts';
import { countCuts } from './journal/cuts.ts';
import { readPosition } from './journal/delivery.ts';
import type { JournalHealth } from './journal/health.ts';
import type { Journal } from './journal/journal.ts';
import type { JournalRoom } from './journal/room.ts';
import { countPutAside } from './journal/verdicts.ts';
import type { Conditions } from './policy/conditions.ts';
import type { GatePolicy } from './policy/gate-policy.ts';
import type { RedisGuard } from './replay/redis-guard.ts';
import type { Knowledge } from './trust/knowledge.ts';

export interface StateParts {
  db: DatabaseSync;
  clock: TrustedClock;
  knowledge: Knowledge;
  journal: Journal;
  health: JournalHealth;
  room: JournalRoom;
  conditions: Conditions;
  policy: GatePolicy;
  redis: RedisGuard | null;
}

export type OwnState = ReturnType<typeof createOwnState>;

export function createOwnState(parts: StateParts) {
  const { db, clock, knowledge, journal, health, room, conditions, policy, redis } = parts;

  function degraded(): DegradedCondition[] {
    const setup = knowledge.setup();
    const gates = [...(setup?.gates.values() ?? [])];
    const classes = setup ? new Set(gates.map((gate) => policy.classOf(setup, gate))) : [];
    const issuers = knowledge.trust()?.bundle.issuers.map(({ issuer }) => issuer) ?? [];
    const isAlone = redis !== null && !redis.isUsed();
    return [...(isAlone ? (['guard_local'] as const) : []), ...conditions.now([...classes], issuers, setup)];
  }

  const journalReport = (): JournalReport => ({
    state: health.isFailing() ? 'failing' : room.isFull() ? 'full' : 'well',
    lastSeq: journal.lastSeq(),
    unsent: journal.lastSeq() - readPosition(db).deliveredSeq,
    quarantined: countPutAside(db),
    cuts: countCuts(db),
  });

  return {
    degraded,
    journalReport,
    report: (): ValidatorReport => ({
      clock: clock.report(),
      journal: journalReport(),
      conditions: degraded(),
    }),
    /** What gates do about each condition; empty where nothing is wrong or no gates are known yet. */
    policies() {
      const setup = knowledge.setup();
      return setup ? policy.describe(setup, degraded()) : [];
    },
  };
}

/** Gauges that alerts go by; asked when the metrics are read. */
export function exposeState(registry: Registry, { degraded, journalReport, report }: OwnState): void {
  const registers = [registry];
  const gauge = (name: string, help: string, value: () => number): void => {
    const made: Gauge = new Gauge({ name, help, registers, collect: () => made.set(value()) });
  };
  gauge('vedong_journal_failing', '1 while no tap can be recorded and no gate opens', () =>
    Number(journalReport().state === 'failing'),
  );
  gauge(
    'vedong_journal_quarantined_taps',
    'Taps that the operator put aside',
    () => journalReport().quarantined,
  );
  gauge('vedong_clock_offset_seconds', 'The machine’s clock less the trusted time; 0 while unknown', () => {
    return (report().clock.offsetMilliseconds ?? 0) / 1000;
  });
  const conditions: Gauge<'condition'> = new Gauge({
    name: 'vedong_degraded',
    help: '1 while this condition is on',
    labelNames: ['condition'],
    registers,
    collect() {
      const now = new Set(degraded());
      for (const condition of degradedConditions) conditions.set({ condition }, Number(now.has(condition)));
    },
  });
}
