/** Sends the journal to the operator, in order, one batch at a time, until each is acknowledged. */
import type { DatabaseSync } from 'node:sqlite';
import { createClient, operatorApi, type OperatorApi } from '@vedong/contracts';
import type { Clock } from '@vedong/runtime/clock';
import type { Log } from '@vedong/runtime/log';
import { ExponentialBackoff, handleAll, retry } from 'cockatiel';
import { codeOf, createDelivery } from './journal/deliver-batch.ts';
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
  const { log } = parts;
  const operator = createClient<OperatorApi>(parts.operatorUrl);
  const stopping = new AbortController();
  const sendNext = createDelivery({
    ...parts,
    sign: (header, payload) => parts.identity.sign(header, payload),
    post: async (batch) =>
      operatorApi['POST /v1/tap-batches'].response.parse(
        await operator('POST /v1/tap-batches', { body: { batch } }),
      ),
    isStopped: () => stopping.signal.aborted,
  });
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
