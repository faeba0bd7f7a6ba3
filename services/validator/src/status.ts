/** What the gate's screen shows small: guard, trust, lists, backlog. */
import type { DatabaseSync } from 'node:sqlite';
import type { ValidatorStatus } from '@vedong/contracts';
import { instantOf, type Clock } from '@vedong/runtime/clock';
import { readPosition } from './journal/delivery.ts';
import type { OwnState } from './describe-state.ts';
import type { RedisGuard } from './replay/redis-guard.ts';
import type { Knowledge } from './trust/knowledge.ts';

export interface StatusParts {
  db: DatabaseSync;
  clock: Clock;
  knowledge: Knowledge;
  redis: RedisGuard | null;
  state: OwnState;
}

export function describeStatus({ db, clock, knowledge, redis, state }: StatusParts): ValidatorStatus {
  const { deliveredAtMilliseconds } = readPosition(db);
  const { clock: clockReport, journal } = state.report();
  const bundle = knowledge.trust()?.bundle;
  const lists = knowledge.listStatusLists();
  return {
    validatorId: knowledge.enrolment()?.validatorId ?? null,
    now: instantOf(clock.nowMilliseconds()),
    gates: [...(knowledge.setup()?.gates.values() ?? [])],
    guard: redis?.isUsed() ? 'redis' : 'local',
    conditions: state.policies(),
    clock: clockReport,
    trust: bundle ? { version: bundle.version, expiresAt: instantOf(bundle.exp * 1000) } : null,
    statusLists: lists.map(({ serviceDay, iat }) => ({ serviceDay, issuedAt: instantOf(iat * 1000) })),
    journal: {
      ...journal,
      lastDeliveredAt: deliveredAtMilliseconds === null ? null : instantOf(deliveredAtMilliseconds),
    },
  };
}
