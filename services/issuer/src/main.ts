/** Runs the issuer. */
import { randomUUIDv7 } from 'node:crypto';
import { systemClock } from '@vedong/runtime/clock';
import { createLog } from '@vedong/runtime/log';
import { listen, runService } from '@vedong/runtime/service';
import { createApp } from './app.ts';
import { runCommand } from '@vedong/runtime/command';
import { readServiceConfig } from './config.ts';
import { openIssuerDatabase, type IssuerDb } from './db/database.ts';
import { deleteExpired } from './db/riders.ts';
import { forgetStatusChanges } from './db/status-changes.ts';
import { createEvents } from './events.ts';
import { followTerms } from './follow-terms.ts';
import { keepForwardingCorrections } from './forward-corrections.ts';
import { createPayments } from './payments/top-ups.ts';
import { followRefunds } from './refunds/follow-refunds.ts';
import { createSendCode } from './send-code.ts';

const sweepMilliseconds = 3_600_000;

/** Gates that were away for longer fetch whole lists. */
const statusChangesKeptMilliseconds = 48 * 3_600_000;

async function sweepOut(db: IssuerDb, nowMilliseconds: number): Promise<void> {
  await deleteExpired(db, new Date(nowMilliseconds));
  await forgetStatusChanges(db, new Date(nowMilliseconds - statusChangesKeptMilliseconds));
}

await runCommand(async () => {
  const config = readServiceConfig();
  const log = createLog('issuer', config.logLevel);
  await runService(log, async () => {
    const db = openIssuerDatabase(config.databaseUrl, config.databasePool);
    const sendCode = createSendCode(config.codeDelivery);
    const { app, endStreams } = createApp({
      db,
      clock: systemClock,
      log,
      config,
      newId: randomUUIDv7,
      sendCode,
    });
    const server = await listen(app, config.host, config.port);
    const stopCorrections = keepForwardingCorrections({ db, clock: systemClock }, config, log);
    const stopTerms = followTerms({ db, clock: systemClock, config }, log);
    const payments = createPayments(db, config.payments, config.publicUrl);
    const stopRefunds = followRefunds({ db, clock: systemClock, payments, events: createEvents(log) }, log);
    const sweep = setInterval(() => {
      sweepOut(db, systemClock.nowMilliseconds()).catch((error: unknown) =>
        log.warn({ err: error }, 'what has expired stays until the next sweep'),
      );
    }, sweepMilliseconds);
    return {
      server,
      endStreams,
      close: async () => {
        clearInterval(sweep);
        stopTerms();
        stopRefunds();
        await stopCorrections();
        await db.destroy();
      },
    };
  });
});
