/** Runs the operator: its API and console, and the work beside requests. */
import { join } from 'node:path';
import { createClient, type IssuerApi } from '@vedong/contracts';
import { systemClock } from '@vedong/runtime/clock';
import { createLog } from '@vedong/runtime/log';
import { listen, runService } from '@vedong/runtime/service';
import { createApp } from './app.ts';
import { startBackgroundWork } from './background-work.ts';
import { runCommand } from '@vedong/runtime/command';
import { readServiceConfig } from './config.ts';
import { openOperatorDatabase } from './db/database.ts';

await runCommand(async () => {
  const config = readServiceConfig();
  const log = createLog('operator', config.logLevel);
  const issuer = createClient<IssuerApi>(config.issuerUrl, {
    headers: () => ({ authorization: `Bearer ${config.serviceToken}` }),
  });
  await runService(log, async () => {
    const db = openOperatorDatabase(config.databaseUrl, config.databasePool);
    const { app, context } = createApp({
      ...config,
      db,
      issuer,
      clock: systemClock,
      log,
      pagesFolder: join(import.meta.dirname, '../../operator-console/dist'),
    });
    const server = await listen(app, config.host, config.port);
    const stopWork = startBackgroundWork(context, issuer);
    return {
      server,
      close: async () => {
        await stopWork();
        await db.destroy();
      },
    };
  });
});
