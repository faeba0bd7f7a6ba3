/** Tells Redis, when it is back, what own memory accepted without it: in order, a few at a time, behind the taps. */
import type { Log } from '@vedong/runtime/log';
import type { LocalGuard } from './local-guard.ts';
import type { RedisGuard } from './redis-guard.ts';
import type { ToldAnswer } from './tell-script.ts';

/** Told at once: a millisecond of Redis's time, which the taps between two batches do not feel. */
const batchClaims = 50;
const pauseMilliseconds = 5;
/** How often it is looked whether there is something to tell. */
const lookMilliseconds = 100;

/** What telling needs of it. */
export type TellingRedis = Pick<RedisGuard, 'tell' | 'onUsable' | 'isUsed'>;

export interface TellParts {
  local: LocalGuard;
  redis: TellingRedis;
  log: Log;
  onTold: (answer: ToldAnswer) => void;
}

/**
 * What tells the next few claims; gives the milliseconds until there may be more to tell. After each return of Redis
 * everything live is told, as it may have come back empty.
 */
export function createTelling({ local, redis, log, onTold }: TellParts): () => Promise<number> {
  redis.onUsable(() => local.markUntold());
  return async function tellNext(): Promise<number> {
    const batch = redis.isUsed() ? local.takeUntold(batchClaims) : [];
    const settled = await Promise.allSettled(batch.map((live) => redis.tell(live)));
    const failed = batch.filter((_, index) => settled[index]!.status === 'rejected');
    local.markUntold(failed.map(({ claim }) => claim.card));
    for (const one of settled) if (one.status === 'fulfilled') onTold(one.value);
    const conflicts = settled.filter((one) => one.status === 'fulfilled' && one.value === 'conflict');
    if (conflicts.length > 0) {
      log.warn({ count: conflicts.length }, 'codes were accepted here and elsewhere while Redis was out');
    }
    return failed.length === 0 && batch.length === batchClaims ? pauseMilliseconds : lookMilliseconds;
  };
}

/** Until `stop`. */
export function startTelling(parts: TellParts): { stop: () => void } {
  const { log } = parts;
  const tellNext = createTelling(parts);
  let timer: NodeJS.Timeout;
  let isStopped = false;

  const goOn = async (): Promise<void> => {
    const pause = await tellNext().catch((error: unknown) => {
      log.error({ err: error }, 'telling Redis stopped; it goes on shortly');
      return lookMilliseconds;
    });
    if (!isStopped) timer = setTimeout(() => void goOn(), pause).unref();
  };
  timer = setTimeout(() => void goOn(), 0).unref();
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
