/** The shared memory as a validator reaches it: within a budget, behind a breaker, and told late of what it missed. */
import { silentLog } from '@vedong/runtime/log';
import type { Claim, ClaimAnswer } from '@vedong/validator/replay/claim';
import type { LocalGuard } from '@vedong/validator/replay/local-guard';
import type { JudgingRedis } from '@vedong/validator/replay/redis-guard';
import { createTelling, type TellingRedis } from '@vedong/validator/replay/tell-redis';
import type { Line } from './network.ts';
import type { Scheduler } from './scheduler.ts';
import type { SharedStore } from './shared-store.ts';

const guardBudgetMilliseconds = 60;
const failuresBeforeBreak = 5;
const probeAfterMilliseconds = 500;
/** The real one looks again after one second or ten, and at once when its connection is closed. */
const recheckMilliseconds = { lost: 1000, fit: 5000 };
const pingPatienceMilliseconds = 1000;
/** The real one looks ten times a second; here something must have happened. */
const lookMilliseconds = 100;
const lookAgainMilliseconds = 1000;

interface StoreParts {
  scheduler: Scheduler;
  store: SharedStore;
  storeLine: Line;
  isEnding: () => boolean;
  onLowered: (what: string) => void;
}

export type StoreGuard = JudgingRedis & TellingRedis;

/** Silence within the budget, an error, a breaker, and a connection that is made anew, as the real guard has them. */
export function connectStore(parts: StoreParts, life: { isOver: boolean }): StoreGuard {
  const { scheduler, store, storeLine, isEnding, onLowered } = parts;
  let failures = 0;
  let leftAloneUntil = 0;
  let connection: number | null = store.isUp && !storeLine.isCut ? store.connections() : null;
  const callbacks: (() => void)[] = [];
  const isConnected = () => store.isUp && connection === store.connections();

  const reach = <T>(serve: () => T, patienceMilliseconds: number): Promise<T> => {
    const atStore = () => {
      if (!store.isUp) throw new Error('connection refused');
      return serve();
    };
    return storeLine.call(atStore, patienceMilliseconds, () => new Error('no reply'));
  };

  async function look(): Promise<void> {
    if (life.isOver || isEnding()) return;
    const reached = await reach(() => store.connections(), pingPatienceMilliseconds).catch(() => null);
    if (life.isOver) return;
    if (reached !== null) failures = 0;
    if (reached !== null && reached !== connection) {
      connection = reached;
      for (const callback of callbacks) callback();
    }
    lookLater();
  }
  function lookLater(): void {
    scheduler.after(isConnected() ? recheckMilliseconds.fit : recheckMilliseconds.lost, () => void look());
  }
  lookLater();

  return {
    async claim(claim: Claim): Promise<ClaimAnswer> {
      if (!isConnected()) throw new Error('not connected');
      if (scheduler.now() < leftAloneUntil) throw new Error('left alone');
      try {
        const answer = await reach(() => store.claim(claim), guardBudgetMilliseconds);
        failures = 0;
        return answer;
      } catch (error) {
        failures += 1;
        if (failures >= failuresBeforeBreak) leftAloneUntil = scheduler.now() + probeAfterMilliseconds;
        throw error;
      }
    },
    tell: (live) =>
      reach(() => {
        const before = store.find(live.claim.card)?.slot ?? 0;
        const answer = store.tell(live);
        const after = store.find(live.claim.card)?.slot ?? before;
        if (after < before)
          onLowered(`a claim told late lowers ${live.claim.card} from ${before} to ${after}`);
        return answer;
      }, pingPatienceMilliseconds),
    onUsable(callback) {
      callbacks.push(callback);
      if (isConnected()) callback();
    },
    isUsed: () => isConnected() && failures < failuresBeforeBreak,
  };
}

/** Own memory that has what the store missed told to it. */
export function tellLate(
  local: LocalGuard,
  redis: StoreGuard,
  { scheduler, life, isEnding }: Pick<StoreParts, 'scheduler' | 'isEnding'> & { life: { isOver: boolean } },
): LocalGuard {
  let isPlanned = false;
  let hasFailed = false;
  const tell: TellingRedis['tell'] = (live) =>
    redis.tell(live).catch((error: unknown) => {
      hasFailed = true;
      throw error;
    });
  const plan = (milliseconds: number): void => {
    if (isPlanned || isEnding()) return;
    isPlanned = true;
    scheduler.after(milliseconds, () => void turn());
  };
  const watched: LocalGuard = {
    ...local,
    learn(claim, options) {
      local.learn(claim, options);
      if (options?.isTold === false) plan(lookMilliseconds);
    },
    markUntold(cards) {
      const named = cards && [...cards];
      local.markUntold(named);
      if (named?.length !== 0) plan(lookMilliseconds);
    },
  };
  const tellNext = createTelling({
    local: watched,
    redis: { ...redis, tell },
    log: silentLog,
    onTold: () => {},
  });

  async function turn(): Promise<void> {
    isPlanned = false;
    if (life.isOver) return;
    hasFailed = false;
    const wasUsed = redis.isUsed();
    const pause = await tellNext();
    if (life.isOver) return;
    if (!wasUsed || hasFailed) plan(lookAgainMilliseconds);
    else if (pause < lookMilliseconds) plan(pause);
  }
  return watched;
}
