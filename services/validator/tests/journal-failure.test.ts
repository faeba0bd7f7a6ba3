/** A disk that stops taking taps: nothing is opened unrecorded, and the rider gets in once it works again. */
import { systemClock } from '@vedong/runtime/clock';
import { createRegistry } from '@vedong/runtime/http-app';
import { silentLog } from '@vedong/runtime/log';
import { startTestRedis, type TestRedis } from '@vedong/testing/redis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openJournal } from '../src/journal/journal.ts';
import { createTapJudge } from '../src/judge-tap.ts';
import { createMetrics } from '../src/metrics.ts';
import { createLocalGuard } from '../src/replay/local-guard.ts';
import { connectRedisGuard } from '../src/replay/redis-guard.ts';
import { openStore } from '../src/store.ts';
import { loadKnowledge } from '../src/trust/knowledge.ts';
import { startTestCity, type TestCity } from './test-city.ts';
import { startReadyValidator } from './test-validator.ts';

let city: TestCity;
let server: TestRedis;
beforeAll(async () => {
  city = await startTestCity();
  server = await startTestRedis();
});
afterAll(async () => {
  await server.remove();
  await city.stop();
});

/** The real parts over the folder of a validator that has enrolled, and a switch that breaks its disk. */
async function openParts(usesRedis: boolean) {
  const { folder, stop } = await startReadyValidator({ city });
  await stop();
  const db = openStore(folder);
  const redis = usesRedis ? await connectRedisGuard(server.url, 1000, silentLog) : null;
  const { judge } = createTapJudge({
    clock: systemClock,
    knowledge: await loadKnowledge(db, systemClock, silentLog),
    journal: openJournal(db, { onCommit: () => {}, onFailure: () => {} }),
    local: createLocalGuard(() => performance.now() / 1000),
    redis,
    metrics: createMetrics(createRegistry('test'), () => 0),
  });
  return {
    tap: (text: string, gateId = '2A-01-in') => judge({ gateId, text }),
    breakDisk: () =>
      db.exec(`create trigger broken before insert on taps begin select raise(abort, 'disk full'); end`),
    mendDisk: () => db.exec('drop trigger broken'),
    close: () => {
      redis?.close();
      db.close();
    },
  };
}

it.each([
  ['with Redis', true],
  ['alone', false],
])(
  '%s: answers nothing it cannot record, also not to a second reading under way',
  async (_how, usesRedis) => {
    const { tap, breakDisk, mendDisk, close } = await openParts(usesRedis);
    const ticket = await city.ticket();
    breakDisk();
    const unrecorded = await Promise.allSettled([tap(ticket), tap(ticket), tap('no ticket')]);
    for (const outcome of unrecorded) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'journal_unavailable', status: 503 },
      });
    }
    mendDisk();
    const answer = await tap(ticket);
    expect(answer).toMatchObject({ outcome: 'accepted', repeat: false });
    expect(await tap(ticket)).toEqual({ ...answer, repeat: true });
    expect(await tap(ticket, '2A-02-in')).toMatchObject({ reason: 'replayed' });
    close();
  },
);
