/** Asks issuer and operator for the time, and tells the operator how this validator is. */
import type { ValidatorReport } from '@vedong/contracts';
import { nowSeconds } from '@vedong/runtime/clock';
import type { Identity } from '../trust/identity.ts';
import type { TimeSource, TrustedClock } from './trusted-clock.ts';

const timeoutMilliseconds = 4000;
const bearerLifetimeSeconds = 30;

/** What the operator answered to a report: how far it has this validator's journal. */
export interface OperatorPosition {
  lastSeq: number;
  lastHash: string;
}

export interface AskTimeParts {
  issuerUrl: string;
  operatorUrl: string;
  identity: Identity;
  clock: TrustedClock;
  /** Null until the validator is enrolled. */
  validatorId: () => string | null;
  report: () => ValidatorReport;
  /** When something genuine was last signed, in unix seconds; 0 where nothing is at hand. */
  lastSignedSeconds: () => number;
  onPosition: (position: OperatorPosition) => void;
}

/**
 * Both told the time by the `Date` header of any answer of theirs, so that a gate whose clock is wrong, and whose
 * token the operator therefore refuses, is put right by the refusal. Never rejects: silence tells nothing.
 */
export async function askTime(parts: AskTimeParts): Promise<void> {
  const { clock, issuerUrl } = parts;
  clock.notBefore(parts.lastSignedSeconds() * 1000);
  await ask(clock, 'issuer', () => fetch(`${issuerUrl}/v1/time`, { signal: within() })).catch(() => null);
  await reportToOperator(parts).catch(() => null);
}

async function reportToOperator(parts: AskTimeParts): Promise<void> {
  const { clock, identity, operatorUrl, onPosition } = parts;
  const validatorId = parts.validatorId();
  if (validatorId === null) return;
  const iat = nowSeconds(clock);
  const bearer = await identity.sign(
    { typ: 'vd1-validator', kid: validatorId },
    { sub: validatorId, iat, exp: iat + bearerLifetimeSeconds },
  );
  const response = await ask(clock, 'operator', () =>
    fetch(`${operatorUrl}/v1/validators/${validatorId}/reports`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: JSON.stringify(parts.report()),
      signal: within(),
    }),
  );
  if (!response.ok) return;
  const { journal } = (await response.json()) as { journal?: OperatorPosition };
  if (journal) onPosition(journal);
}

const within = () => AbortSignal.timeout(timeoutMilliseconds);

async function ask(
  clock: TrustedClock,
  source: TimeSource,
  send: () => Promise<Response>,
): Promise<Response> {
  const askedAt = clock.monotonicMilliseconds();
  const response = await send();
  const answeredAt = clock.monotonicMilliseconds();
  const second = Date.parse(response.headers.get('date') ?? '');
  // What a cache kept says when it was made, not what time it is.
  if (Number.isFinite(second) && !response.headers.has('age')) {
    clock.take({
      source,
      earliestMilliseconds: second,
      latestMilliseconds: second + 1000,
      askedAt,
      answeredAt,
    });
  }
  return response;
}
