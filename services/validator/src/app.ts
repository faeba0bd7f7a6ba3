/** Puts the validator together: store, knowledge, guards, journal, forwarder, HTTP. */
import { fileURLToPath } from 'node:url';
import { validatorApi } from '@vedong/contracts';
import type { Clock } from '@vedong/runtime/clock';
import { ConfigError } from '@vedong/runtime/config';
import { createHttpApp, createRegistry } from '@vedong/runtime/http-app';
import type { Log } from '@vedong/runtime/log';
import type { Express } from 'express';
import type { ValidatorConfig } from './config.ts';
import { createForwarder } from './forward-taps.ts';
import { listLastTaps, readPosition } from './journal/delivery.ts';
import { openJournal } from './journal/journal.ts';
import { createGateChallenges, createTapJudge, displayChallenge, whyNotReady } from './judge-tap.ts';
import { createMetrics } from './metrics.ts';
import { createLocalGuard } from './replay/local-guard.ts';
import { connectRedisGuard } from './replay/redis-guard.ts';
import { restoredSeconds } from './replay/restore-guard.ts';
import { startTelling } from './replay/tell-redis.ts';
import { describeStatus } from './status.ts';
import { openStore } from './store.ts';
import { openIdentity } from './trust/identity.ts';
import { loadKnowledge } from './trust/knowledge.ts';
import { startRefreshing } from './trust/refresh.ts';

const pagesFolder = fileURLToPath(new URL('../../gate-app/dist', import.meta.url));
/** Twice the longest scanned text. */
const bodyLimitBytes = 16_384;

export interface Validator {
  app: Express;
  /** To be called after the last request was answered. */
  close: () => void;
}

/** Throws ConfigError where the data folder, the key or the journal cannot be used, or enrolment lacks its code. */
export async function createValidator(config: ValidatorConfig, clock: Clock, log: Log): Promise<Validator> {
  const db = openStore(config.DATA_FOLDER);
  const identity = openIdentity(config.DATA_FOLDER);
  const knowledge = await loadKnowledge(db, clock, log);
  if (!knowledge.enrolment() && config.ENROLMENT_CODE === undefined) {
    throw new ConfigError(
      'This validator is not enrolled. Announce it at the operator and set ENROLMENT_CODE to the code given there.',
    );
  }

  const registry = createRegistry('validator');
  const metrics = createMetrics(registry, () => journal.lastSeq() - readPosition(db).deliveredSeq);
  const forwarder = createForwarder({
    db,
    identity,
    operatorUrl: config.OPERATOR_URL,
    validatorId: () => knowledge.enrolment()?.validatorId ?? null,
    retentionDays: config.JOURNAL_RETENTION_DAYS,
    clock,
    log,
  });
  const journal = openJournal(db, {
    onCommit(taps, seconds) {
      metrics.commitTaps.observe(taps);
      metrics.commitSeconds.observe(seconds);
      forwarder.wake();
    },
    onFailure: (error) => log.error({ err: error }, 'taps could not be recorded, so they were not answered'),
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
  const challenges = createGateChallenges(clock);
  const { judge, restore } = createTapJudge({ clock, knowledge, journal, local, redis, metrics, challenges });
  const rules = [...(knowledge.setup()?.gates.values() ?? [])].map(({ passback }) => passback?.seconds ?? 0);
  restore(listLastTaps(db, clock.nowMilliseconds(), restoredSeconds(Math.max(0, ...rules))));

  const telling =
    redis && startTelling({ local, redis, log, onTold: (answer) => metrics.told.inc({ answer }) });

  const refreshing = startRefreshing({ config, knowledge, identity, clock, log });
  forwarder.wake();
  const app = createHttpApp<typeof validatorApi, object>({
    service: 'validator',
    log,
    api: validatorApi,
    registry,
    handlers: {
      'POST /v1/taps': ({ body }) => judge({ gateId: body.gate, text: body.ticket }),
      'POST /v1/challenges': ({ body }) => displayChallenge(knowledge, challenges, body.gate),
      'GET /v1/status': () =>
        describeStatus({ db, clock, knowledge, journal, redis, isPushed: refreshing.isPushed }),
    },
    authenticators: {},
    notReady: () => Promise.resolve(whyNotReady(knowledge)),
    bodyLimitBytes,
    trustedProxies: config.TRUSTED_PROXIES,
    pagesFolder,
  });
  const close = () => {
    refreshing.stop();
    forwarder.stop();
    telling?.stop();
    redis?.close();
    db.close();
  };
  return { app, close };
}
