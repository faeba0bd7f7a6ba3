/** One real validator with Redis, and thousands of phones' codes for it: what `decision` needs. */
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '@vedong/infra/ports';
import { startRedis } from '@vedong/infra/redis';
import { startService } from '@vedong/infra/services';
import { slotAt } from '@vedong/ticket';
import { enrolmentCode, gates, startTestCity } from '../../services/validator/tests/test-city.ts';

/** What a load runs against. */
export interface World {
  /** One after another; each gives the variables that its script is to have. */
  runs: (() => Promise<Record<string, string>>)[];
  stop(): Promise<void>;
}

const tapsPerSecond = Number(process.env['RATE'] ?? 1000);
const seconds = Number(process.env['SECONDS'] ?? 20);
/** A code counts for 45 s at least, of which making them and starting k6 take some. */
const secondsMost = 25;

/** Twice the same load: with Redis, then with Redis gone. Every code is a card's own and shown once. */
export async function startOneGate(dataFolder: string): Promise<World> {
  const city = await startTestCity();
  const redis = await startRedis({ folder: join(dataFolder, 'redis') });
  if (redis === null) throw new Error('redis-server is not installed');
  const port = await findFreePort();
  const validator = await startService({
    name: 'validator',
    port,
    logFolder: dataFolder,
    env: {
      DATA_FOLDER: join(dataFolder, 'validator'),
      OPERATOR_URL: city.url,
      ISSUER_URL: city.url,
      ENROLMENT_CODE: enrolmentCode,
      REDIS_URL: redis.url,
    },
  });
  const ticketsFile = join(dataFolder, 'tickets.json');
  const prepare = async (title: string, guard: string) => {
    const duration = Math.min(seconds, secondsMost);
    const slot = slotAt(Date.now() / 1000) + 1;
    const tickets: string[] = [];
    // A fifth more than are needed: k6 begins an iteration or two more than its rate says.
    while (tickets.length < tapsPerSecond * duration * 1.2)
      tickets.push(
        await city.deviceTicket({ slot, notBefore: slot - 4, cardRef: randomBytes(8).toString('hex') }),
      );
    writeFileSync(ticketsFile, JSON.stringify(tickets));
    console.log(`\n${title}: ${tapsPerSecond} taps a second for ${duration} s`);
    return {
      VALIDATOR_URL: `http://127.0.0.1:${port}`,
      GATE: gates[0]!.gateId,
      GUARD: guard,
      TICKETS: ticketsFile,
      RATE: String(tapsPerSecond),
      SECONDS: String(duration),
    };
  };
  return {
    runs: [
      () => prepare('With Redis', 'redis'),
      async () => {
        await redis.stop();
        return prepare('With Redis gone', 'local');
      },
    ],
    async stop() {
      await validator.stop();
      await redis.stop();
      await city.stop();
    },
  };
}
