/** Puts the validator together: store, knowledge, guards, journal, forwarder, HTTP. */
import type { RequestListener } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { validatorApi } from '@vedong/contracts';
import { nowSeconds, type Clock } from '@vedong/runtime/clock';
import { ConfigError } from '@vedong/runtime/config';
import { createHttpApp, createRegistry } from '@vedong/runtime/http-app';
import type { Log } from '@vedong/runtime/log';
import type { Registry } from '@vedong/runtime/metrics';
import { slotAt } from '@vedong/ticket';
import type { ValidatorConfig } from './config.ts';
import { createForwarder } from './forward-taps.ts';
import { readMark } from './clock/keep-mark.ts';
import { createTrustedClock, type TrustedClock } from './clock/trusted-clock.ts';
import { createOwnState, exposeState } from './describe-state.ts';
import { findLastSureTap, listLastTaps, listLimitedTapsSince, readPosition } from './journal/delivery.ts';
import { watchHealth } from './journal/health.ts';
import { openJournal } from './journal/journal.ts';
import { findUnanswered, markCleanStop } from './journal/last-stop.ts';
import { openWholeStore } from './journal/open-whole.ts';
import { watchRoom } from './journal/room.ts';
import { createGateChallenges, createTapJudge, displayChallenge, whyNotReady } from './judge-tap.ts';
import { limitTaps, refuseWhenFull } from './limit-taps.ts';
import { createMetrics } from './metrics.ts';
import { createConditions } from './policy/conditions.ts';
import { createGatePolicy } from './policy/gate-policy.ts';
import { createDegradedPolicy } from './policy/degraded-policy.ts';
import { createLocalGuard } from './replay/local-guard.ts';
import { connectRedisGuard } from './replay/redis-guard.ts';
import { restoredSeconds } from './replay/restore-guard.ts';
import { startTelling } from './replay/tell-redis.ts';
import { describeStatus } from './status.ts';
import { openIdentity } from './trust/identity.ts';
import { loadKnowledge, type Knowledge } from './trust/knowledge.ts';
import { startRefreshing } from './trust/refresh.ts';
import { watchOwnState } from './watch-own-state.ts';

const pagesFolder = fileURLToPath(new URL('../../gate-app/dist', import.meta.url));
/** Twice the longest scanned text. */
const bodyLimitBytes = 16_384;

export interface Validator {
  app: RequestListener;
  /** To be called after the last request was answered. */
  close: () => void;
}

/** Throws ConfigError where the data folder, the key or the journal cannot be used, or enrolment lacks its code. */
export async function createValidator(config: ValidatorConfig, machine: Clock, log: Log): Promise<Validator> {
  const { db, isCut } = openWholeStore(config.DATA_FOLDER, machine.nowMilliseconds(), log);
  const clock = createTrustedClock(machine, readMark(db, findLastSureTap(db)));
  const identity = openIdentity(config.DATA_FOLDER);
  const knowledge = await loadKnowledge(db, clock, log);
  if (!knowledge.enrolment() && config.ENROLMENT_CODE === undefined) {
    throw new ConfigError(
      'This validator is not enrolled. Announce it at the operator and set ENROLMENT_CODE to the code given there.',
    );
  }

  const registry = createRegistry('validator');
  const forwarder = createForwarder({
    db,
    identity,
    operatorUrl: config.OPERATOR_URL,
    validatorId: () => knowledge.enrolment()?.validatorId ?? null,
    retentionDays: config.JOURNAL_RETENTION_DAYS,
    clock,
    log,
  });
  const { limited, metrics, challenges, journal, health, redis, telling, state } = await openJudging(
    { config, db, clock, machine, knowledge, registry, log, isCut },
    forwarder.wake,
  );
  const watching = await watchOwnState({
    config,
    db,
    clock,
    identity,
    knowledge,
    health,
    state,
    onPosition({ lastSeq, lastHash }) {
      journal.settle({ seq: lastSeq, hash: lastHash }, clock.nowMilliseconds());
      forwarder.wake();
    },
  });

  const refreshing = startRefreshing({ config, knowledge, identity, clock, log });
  forwarder.wake();
  const app = createHttpApp<typeof validatorApi, object>({
    service: 'validator',
    log,
    api: validatorApi,
    registry,
    handlers: {
      'POST /v1/taps': ({ body }) => limited.judge({ gateId: body.gate, text: body.ticket }),
      'POST /v1/challenges': ({ body }) => displayChallenge(knowledge, challenges, body.gate),
      'GET /v1/status': () =>
        describeStatus({ db, clock, knowledge, redis, state, isPushed: refreshing.isPushed }),
    },
    authenticators: {},
    notReady: () => Promise.resolve(whyNotReady(knowledge)),
    bodyLimitBytes,
    trustedProxies: config.TRUSTED_PROXIES,
    pagesFolder,
  });
  const close = () => {
    watching.stop();
    refreshing.stop();
    forwarder.stop();
    telling?.stop();
    redis?.close();
    try {
      markCleanStop(db);
    } catch (error) {
      log.warn({ err: error }, 'the clean stop could not be noted');
    }
    db.close();
  };
  return { app: refuseWhenFull(app, limited.isFull, () => metrics.overloaded.inc()), close };
}

interface JudgingParts {
  config: ValidatorConfig;
  db: DatabaseSync;
  clock: TrustedClock;
  /** The clock that only tells how much time passes, for what must not wait for the trusted one. */
  machine: Clock;
  knowledge: Knowledge;
  registry: Registry;
  log: Log;
  /** The journal was damaged: taps of the last moments may be missing. */
  isCut: boolean;
}

/** What a tap goes through, as it was when the validator was last stopped. */
async function openJudging(
  { config, db, clock, machine, knowledge, registry, log, isCut }: JudgingParts,
  onCommit: () => void,
) {
  const metrics = createMetrics(registry, () => journal.lastSeq() - readPosition(db).deliveredSeq);
  const room = watchRoom({
    db,
    folder: config.DATA_FOLDER,
    mostBytes: config.JOURNAL_MOST_MEGABYTES * 1_048_576,
    reserveBytes: config.JOURNAL_RESERVE_MEGABYTES * 1_048_576,
    monotonicMilliseconds: () => machine.monotonicMilliseconds(),
  });
  const health = watchHealth(log, room);
  const journal = openJournal(db, {
    onCommit(taps, seconds) {
      health.worked();
      metrics.commitTaps.observe(taps);
      metrics.commitSeconds.observe(seconds);
      onCommit();
    },
    onFailure: health.failed,
  });
  const local = createLocalGuard(() => clock.monotonicMilliseconds() / 1000);
  const redis =
    config.REDIS_URL === undefined
      ? null
      : await connectRedisGuard(
          config.REDIS_URL,
          config.GUARD_BUDGET_MILLISECONDS,
          log,
          config.GUARD_REPLICAS,
        );
  const conditions = createConditions({
    clock,
    isClockUnsure: () => clock.isUnsure(),
    isJournalFull: room.isFull,
    statusListAgeSeconds: (issuer, day) => knowledge.statusListAgeSeconds(issuer, day),
  });
  const gates = createGatePolicy(clock);
  const blindThroughSlot = isCut ? slotAt(nowSeconds(clock)) + 1 : 0;
  const policy = createDegradedPolicy(gates, conditions, blindThroughSlot);
  const challenges = createGateChallenges(clock);
  const { judge, restore } = createTapJudge({
    clock,
    knowledge,
    journal,
    local,
    redis,
    metrics,
    challenges,
    policy,
  });
  const setup = knowledge.setup();
  const rules = [...(setup?.gates.values() ?? [])].map(({ passback }) => passback?.seconds ?? 0);
  const mark = readMark(db, findLastSureTap(db));
  const lastTaps = listLastTaps(db, clock.nowMilliseconds(), restoredSeconds(Math.max(0, ...rules)));
  // After a cut the last taps are not those at the end of the file.
  restore(lastTaps, isCut ? [] : findUnanswered(db, lastTaps, mark));
  const notBefore = mark ?? clock.nowMilliseconds();
  if (setup) gates.restore(listLimitedTapsSince(db, notBefore - 3_600_000), setup, notBefore);
  const state = createOwnState({
    db,
    clock,
    knowledge,
    journal,
    health,
    room,
    redis,
    conditions,
    policy: gates,
  });
  exposeState(registry, state);
  const telling =
    redis && startTelling({ local, redis, log, onTold: (answer) => metrics.told.inc({ answer }) });
  const limited = limitTaps(judge, config.TAPS_AT_ONCE);
  return { limited, metrics, challenges, journal, health, redis, telling, state };
}
