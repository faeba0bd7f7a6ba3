/** F7: the connection pool is exhausted by a lock of 5 s, while validators go on sending and staff go on asking. */
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  countBy,
  deliver,
  expectAllOnce,
  printFigures,
  writeBoardings,
  type Driven,
} from './journal-driver.ts';
import { poolSize, putTestNetwork, startTestOperator, type TestOperator } from './test-operator.ts';
import { enrolTestValidator } from './test-validator.ts';

const lockSeconds = Number(process.env['FAULT_LOCK_SECONDS'] ?? 5);
const mostMegabytes = 200;
const validators = 12;
const tapsEach = 500;

let operator: TestOperator;
beforeAll(async () => {
  operator = await startTestOperator();
});
afterAll(() => operator.stop());

/** Holds every validator's row, so that every batch waits for it with a connection in its hand. */
async function lockEverything() {
  const blocker = new Client({ connectionString: operator.databaseUrl });
  await blocker.connect();
  await blocker.query('begin');
  await blocker.query('select from operator.validators for update');
  const observer = new Client({ connectionString: operator.databaseUrl });
  await observer.connect();
  return {
    async waiting() {
      const { rowCount } = await observer.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rowCount;
    },
    async release() {
      await blocker.query('rollback');
      await Promise.all([blocker.end(), observer.end()]);
    },
  };
}

it('answers 503 with Retry-After, keeps its memory bounded, and loses nothing', async () => {
  const driven: Driven[] = [];
  for (let index = 0; index < validators; index += 1) {
    const validator = await enrolTestValidator(operator, `Bus ${index}`);
    if (index === 0) await putTestNetwork(operator, validator.validatorId);
    const gateId = `bus-${index}`;
    await operator.staff('PUT /v1/gates', {
      body: {
        gates: [{ gateId, kind: 'board', lineId: '32', placeId: 'p1', validatorId: validator.validatorId }],
      },
    });
    driven.push(writeBoardings(validator, tapsEach, gateId));
  }
  const lock = await lockEverything();
  const before = process.memoryUsage().rss;
  let peak = before;
  const watch = setInterval(() => (peak = Math.max(peak, process.memoryUsage().rss)), 50);

  const delivering = Promise.all(
    driven.map((one) => deliver(one, { batchSize: 100, pauseMilliseconds: 20 })),
  );
  await expect.poll(() => lock.waiting(), { timeout: 30_000 }).toBe(poolSize);
  const released = new Promise((resolve) => setTimeout(resolve, lockSeconds * 1000)).then(() =>
    lock.release(),
  );
  const asked: { status: number; retryAfter: string | null }[] = [];
  const asking = Array.from({ length: 200 }, async () => {
    const response = await fetch(`${operator.url}/v1/lines`, { headers: { cookie: operator.cookie } });
    asked.push({ status: response.status, retryAfter: response.headers.get('retry-after') });
    await response.arrayBuffer();
  });
  await Promise.all([...asking, released, delivering]);
  clearInterval(watch);

  const errors = driven.flatMap(({ answers }) => answers.errors);
  // The pool is full and waiting for a connection ends after 3 s: somebody must have been told.
  expect(errors.length).toBeGreaterThan(0);
  expect(new Set(errors)).toEqual(new Set(['database_unavailable']));
  const refused = asked.filter(({ status }) => status !== 200);
  expect(refused.length).toBeGreaterThan(0);
  expect(new Set(refused.map(({ status, retryAfter }) => `${status} ${retryAfter}`))).toEqual(
    new Set(['503 2']),
  );
  const grownMegabytes = Math.round((peak - before) / 1_000_000);
  expect(grownMegabytes).toBeLessThan(mostMegabytes);
  await expectAllOnce(operator, driven);
  printFigures('F7', {
    'lock in s': lockSeconds,
    connections: poolSize,
    'batches refused': countBy(errors),
    'staff requests': countBy(asked.map(({ status }) => String(status))),
    'memory grown by MB': grownMegabytes,
    'taps, trips and charges': validators * tapsEach,
  });
}, 120_000);
