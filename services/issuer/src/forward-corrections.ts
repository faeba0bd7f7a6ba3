/** Forwards riders' requests to the operator, at least once each; the operator knows them by their id. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, maxCorrectionsPerCall, type Client, type OperatorApi } from '@vedong/contracts';
import type { Clock } from '@vedong/runtime/clock';
import type { Log } from '@vedong/runtime/log';
import type { ServiceConfig } from './config.ts';
import { listUnsentCorrections, markSent } from './db/corrections.ts';
import type { IssuerDb } from './db/database.ts';

const pauseMilliseconds = 1000;
const longestPauseMilliseconds = 60_000;

/** One turn. True where there may be more. Throws where the operator gave no answer; all wait on then. */
export async function forwardCorrections(
  { db, clock }: { db: IssuerDb; clock: Clock },
  operator: Client<OperatorApi>,
): Promise<boolean> {
  const requests = await listUnsentCorrections(db, maxCorrectionsPerCall);
  if (requests.length === 0) return false;
  const { results } = await operator('POST /v1/correction-requests', { body: { requests } });
  const now = new Date(clock.nowMilliseconds());
  for (const [index, { result, code }] of results.entries()) {
    const requestId = requests[index]?.requestId;
    const refusedCode = result === 'refused' ? (code ?? 'refused') : null;
    if (requestId) await markSent(db, { requestId, refusedCode, now });
  }
  return requests.length === maxCorrectionsPerCall;
}

/** Forwards until the function it gives is called, after failures ever more slowly. */
export function keepForwardingCorrections(
  parts: { db: IssuerDb; clock: Clock },
  { operatorUrl, serviceToken }: ServiceConfig,
  log: Log,
): () => Promise<void> {
  if (operatorUrl === undefined) return () => Promise.resolve();
  const operator = createClient<OperatorApi>(operatorUrl, {
    headers: () => ({ authorization: `Bearer ${serviceToken}` }),
  });
  const stopping = new AbortController();
  const run = async (): Promise<void> => {
    let pause = pauseMilliseconds;
    while (!stopping.signal.aborted) {
      try {
        const hasMore = await forwardCorrections(parts, operator);
        pause = hasMore ? 0 : pauseMilliseconds;
      } catch (error) {
        pause = Math.min(longestPauseMilliseconds, Math.max(pause, pauseMilliseconds) * 2);
        log.warn({ err: error }, "riders' requests wait until the operator answers");
      }
      await sleep(pause, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const running = run();
  return async () => {
    stopping.abort();
    await running;
  };
}
