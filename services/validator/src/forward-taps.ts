/** Sends the journal to the operator, in order, one batch at a time, until each is acknowledged. */
import type { DatabaseSync } from 'node:sqlite';
import {
  ApiError,
  createClient,
  maxTapsPerBatch,
  operatorApi,
  type OperatorApi,
  type TapBatch,
} from '@vedong/contracts';
import type { Clock } from '@vedong/runtime/clock';
import type { Log } from '@vedong/runtime/log';
import { ExponentialBackoff, handleAll, retry } from 'cockatiel';
import { findUnsent, markDelivered, pruneDelivered, rewindDelivery } from './journal/delivery.ts';
import type { Identity } from './trust/identity.ts';

/** Taps of this span travel together. */
const gatherMilliseconds = 100;

export interface ForwarderParts {
  db: DatabaseSync;
  identity: Identity;
  operatorUrl: string;
  /** Null until the validator is enrolled. */
  validatorId: () => string | null;
  retentionDays: number;
  clock: Clock;
  log: Log;
}

export interface Forwarder {
  /** There is something new to send. */
  wake: () => void;
  stop: () => void;
}

export function createForwarder(parts: ForwarderParts): Forwarder {
  const { db, clock, log } = parts;
  const operator = createClient<OperatorApi>(parts.operatorUrl);
  const stopping = new AbortController();
  const patience = retry(handleAll, {
    maxAttempts: Number.POSITIVE_INFINITY,
    backoff: new ExponentialBackoff({ initialDelay: 200, maxDelay: 5000 }),
  }).dangerouslyUnref();
  let lastTrouble: string | null = null;
  let isWanted = false;
  let isSending = false;

  patience.onRetry((failure) => {
    const why = 'error' in failure ? `${codeOf(failure.error)}: ${failure.error.message}` : 'no answer';
    if (why !== lastTrouble)
      log.warn({ why }, 'the operator did not take the taps; they stay in the journal');
    lastTrouble = why;
  });

  async function sendUntilDone(): Promise<void> {
    while (isWanted && !stopping.signal.aborted) {
      isWanted = false;
      await new Promise((resolve) => setTimeout(resolve, gatherMilliseconds));
      let isMore = true;
      while (isMore) {
        isMore = await patience.execute(sendNext, stopping.signal);
        if (lastTrouble !== null) log.info('the operator takes taps again');
        lastTrouble = null;
      }
    }
  }

  /** Whether there is more to send at once. Throws while the operator does not have the oldest unsent taps. */
  async function sendNext(): Promise<boolean> {
    if (stopping.signal.aborted) return false;
    const validatorId = parts.validatorId();
    const unsent = validatorId === null ? null : findUnsent(db, maxTapsPerBatch);
    if (validatorId === null || unsent === null) return false;
    const payload: TapBatch = { validatorId, ...unsent };
    const batch = await parts.identity.sign({ typ: 'vd1-taps', kid: validatorId }, payload);
    const { acknowledgedSeq } = operatorApi['POST /v1/tap-batches'].response.parse(
      await operator('POST /v1/tap-batches', { body: { batch } }).catch(rewindAfterGap),
    );
    if (acknowledgedSeq < unsent.firstSeq) throw new Error('the operator acknowledged nothing of the batch');
    if (stopping.signal.aborted) return false;
    const lastSeq = unsent.firstSeq + unsent.records.length - 1;
    const reached = Math.min(acknowledgedSeq, lastSeq);
    const now = clock.nowMilliseconds();
    markDelivered(db, reached, now);
    // As many again as were delivered, so that the journal stops growing.
    pruneDelivered(db, now - parts.retentionDays * 86_400_000, maxTapsPerBatch);
    return reached < lastSeq || unsent.records.length === maxTapsPerBatch;
  }

  /** An operator that lacks earlier taps gets everything kept; those it has it answers as duplicates. */
  function rewindAfterGap(error: unknown): never {
    if (codeOf(error) === 'sequence_gap') rewindDelivery(db);
    throw error;
  }

  return {
    wake() {
      isWanted = true;
      if (isSending) return;
      isSending = true;
      void sendUntilDone()
        .catch((error: unknown) =>
          log.error({ err: error }, 'sending taps stopped; it goes on with the next tap'),
        )
        .finally(() => {
          isSending = false;
        });
    },
    stop: () => stopping.abort(),
  };
}

const codeOf = (error: unknown): string => (error instanceof ApiError ? error.code : 'failed');
