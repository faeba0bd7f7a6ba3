/** Reads from a validator's status whether this gate can judge now, and if not, why. */
import type { ValidatorStatus } from '@vedong/contracts';
import { standardClassId, type DegradedCondition, type PolicyAction } from '@vedong/travel';

export type GateHealth =
  | { kind: 'connecting' }
  | { kind: 'unreachable' }
  | { kind: 'not_enrolled' }
  | { kind: 'revoked' }
  | { kind: 'no_trust' }
  | { kind: 'trust_expired' }
  | { kind: 'gate_missing' }
  /** Nothing can be recorded, so nothing is opened. */
  | { kind: 'journal_failing' }
  /** By the policy of its class, while something is wrong. */
  | { kind: 'closed' }
  | { kind: 'ready' };

/** The last answer to GET /v1/status and whether the newest call was answered. */
export interface StatusReading {
  status: ValidatorStatus | null;
  isAnswering: boolean | null;
}

export function gateHealth({ status, isAnswering }: StatusReading, gateId: string): GateHealth {
  if (isAnswering === null) return { kind: 'connecting' };
  if (!isAnswering || status === null) return { kind: 'unreachable' };
  if (status.validatorId === null) return { kind: 'not_enrolled' };
  if (status.revokedAt !== null) return { kind: 'revoked' };
  if (!findGate(status, gateId)) return { kind: 'gate_missing' };
  if (status.trust === null) return { kind: 'no_trust' };
  if (Date.parse(status.trust.expiresAt) <= Date.parse(status.now)) return { kind: 'trust_expired' };
  if (status.journal.state === 'failing') return { kind: 'journal_failing' };
  if (listDegraded(status, gateId).some(({ action }) => action === 'closed')) return { kind: 'closed' };
  return { kind: 'ready' };
}

/** What is wrong now, and what this gate does about it. */
export function listDegraded(
  status: ValidatorStatus | null,
  gateId: string,
): { condition: DegradedCondition; action: PolicyAction }[] {
  const classId = findGate(status, gateId)?.gateClass ?? standardClassId;
  return (status?.conditions ?? []).map(({ condition, actions }) => ({
    condition,
    action: actions[classId] ?? 'open',
  }));
}

export const findGate = (status: ValidatorStatus | null, gateId: string): StatusGate | undefined =>
  status?.gates.find((gate) => gate.gateId === gateId);

export type StatusGate = ValidatorStatus['gates'][number];
