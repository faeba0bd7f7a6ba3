/** Sends the oldest unsent taps once, and remembers how far the operator has them. No timers: the forwarder repeats it. */
import type { DatabaseSync } from 'node:sqlite';
import { ApiError, maxTapsPerBatch, type TapBatch } from '@vedong/contracts';
import type { Clock } from '@vedong/runtime/clock';
import type { Identity } from '../trust/identity.ts';
import { keepVerdicts, type Verdict } from './verdicts.ts';
import { hasOpenCut } from './cuts.ts';
import { findUnsent, markDelivered, pruneDelivered, rewindDelivery } from './delivery.ts';

export interface DeliveryParts {
  db: DatabaseSync;
  sign: Identity['sign'];
  /** Gives a signed batch to the operator. Throws ApiError, or whatever else keeps the answer away. */
  post: (batch: string) => Promise<{ acknowledgedSeq: number; verdicts?: readonly Verdict[] }>;
  /** Null until the validator is enrolled. */
  validatorId: () => string | null;
  retentionDays: number;
  /** As many as the operator takes at once unless said. */
  tapsPerBatch?: number;
  clock: Clock;
  /** Once true, the file is closed and nothing of it is touched. */
  isStopped: () => boolean;
}

/**
 * The function it gives says whether there is more to send at once. It throws while the operator does not have the
 * oldest unsent taps.
 */
export function createDelivery(parts: DeliveryParts): () => Promise<boolean> {
  const { db, clock, isStopped, tapsPerBatch = maxTapsPerBatch } = parts;

  /** An operator that lacks earlier taps gets everything kept; those it has it answers as duplicates. */
  function rewindAfterGap(error: unknown): never {
    if (codeOf(error) === 'sequence_gap' && !isStopped()) rewindDelivery(db);
    throw error;
  }

  return async () => {
    if (isStopped() || hasOpenCut(db)) return false;
    const validatorId = parts.validatorId();
    const unsent = validatorId === null ? null : findUnsent(db, tapsPerBatch);
    if (validatorId === null || unsent === null) return false;
    const payload: TapBatch = { validatorId, ...unsent };
    const batch = await parts.sign({ typ: 'vd1-taps', kid: validatorId }, payload);
    const { acknowledgedSeq, verdicts = [] } = await parts.post(batch).catch(rewindAfterGap);
    if (acknowledgedSeq < unsent.firstSeq) throw new Error('the operator acknowledged nothing of the batch');
    if (isStopped()) return false;
    const lastSeq = unsent.firstSeq + unsent.records.length - 1;
    const reached = Math.min(acknowledgedSeq, lastSeq);
    const now = clock.nowMilliseconds();
    keepVerdicts(db, unsent.firstSeq, verdicts.slice(0, reached - unsent.firstSeq + 1));
    markDelivered(db, reached, now);
    // As many again as were delivered, so that the journal stops growing.
    pruneDelivered(db, now - parts.retentionDays * 86_400_000, maxTapsPerBatch);
    return reached < lastSeq || unsent.records.length === tapsPerBatch;
  };
}

export const codeOf = (error: unknown): string => (error instanceof ApiError ? error.code : 'failed');
