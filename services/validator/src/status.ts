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
  /** Whether the issuer pushes its changes to this validator now. */
  isPushed: () => boolean;
}

export function describeStatus({
  db,
  clock,
  knowledge,
  redis,
  state,
  isPushed,
}: StatusParts): ValidatorStatus {
  const { deliveredAtMilliseconds } = readPosition(db);
  const { clock: clockReport, journal } = state.report();
  const bundle = knowledge.trust()?.bundle;
  const lists = knowledge.lists.all();
  return {
    validatorId: knowledge.enrolment()?.validatorId ?? null,
    revokedAt: knowledge.revokedAt() ?? null,
    now: instantOf(clock.nowMilliseconds()),
    gates: [...(knowledge.setup()?.gates.values() ?? [])],
    guard: redis?.isUsed() ? 'redis' : 'local',
    conditions: state.policies(),
    clock: clockReport,
    trust: bundle ? { version: bundle.version, expiresAt: instantOf(bundle.exp * 1000) } : null,
    changes: isPushed() ? 'pushed' : 'polled',
    statusLists: lists.map(({ serviceDay, version, iat }) => ({
      serviceDay,
      version,
      issuedAt: instantOf(iat * 1000),
    })),
    journal: {
      ...journal,
      lastDeliveredAt: deliveredAtMilliseconds === null ? null : instantOf(deliveredAtMilliseconds),
    },
  };
}
