/** Reads from a validator's status whether this gate can judge now, and if not, why. */
import type { ValidatorStatus } from '@vedong/contracts';

export type GateHealth =
  | { kind: 'connecting' }
  | { kind: 'unreachable' }
  | { kind: 'not_enrolled' }
  | { kind: 'revoked' }
  | { kind: 'no_trust' }
  | { kind: 'trust_expired' }
  | { kind: 'gate_missing' }
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
  return { kind: 'ready' };
}

export const findGate = (status: ValidatorStatus | null, gateId: string): StatusGate | undefined =>
  status?.gates.find((gate) => gate.gateId === gateId);

export type StatusGate = ValidatorStatus['gates'][number];
