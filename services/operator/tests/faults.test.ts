/** F6 and F7: the database breaks or blocks in the middle of a batch. */
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { poolSize, putTestNetwork, startTestOperator, times, type TestOperator } from './test-operator.ts';
import { enrolTestValidator, recordOf } from './test-validator.ts';

let operator: TestOperator;
beforeAll(async () => {
  operator = await startTestOperator();
});
afterAll(() => operator.stop());

async function startJournal(records: number) {
  const validator = await enrolTestValidator(operator);
  await putTestNetwork(operator, validator.validatorId);
  const at = '2026-11-23T07:30:00.000+07:00';
  validator.write(...Array.from({ length: records }, () => recordOf({ gateId: 'b1', at })));
  return validator;
}

/** Holds the validator's row, as a transaction that hangs would, until `release`; `observer` can still look on. */
async function blockValidator(validatorId: string) {
  const [blocker, observer] = [0, 1].map(() => new Client({ connectionString: operator.databaseUrl })) as [
    Client,
    Client,
  ];
  await Promise.all([blocker.connect(), observer.connect()]);
  await blocker.query('begin');
  await blocker.query('select from operator.validators where validator_id = $1 for update', [validatorId]);
  const waiting = async () => {
    const { rows } = await observer.query<{ pid: number }>(
      `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows.map(({ pid }) => pid);
  };
  return {
    observer,
    waiting,
    release: async () => {
      await blocker.query('rollback');
      await Promise.all([blocker.end(), observer.end()]);
    },
  };
}

it('answers 503 when its connection dies in mid-batch; the same batch is then stored once', async () => {
  const validator = await startJournal(30);
  const block = await blockValidator(validator.validatorId);
  const batch = validator.send(1).catch((error: unknown) => error);
  await expect.poll(async () => (await block.waiting()).length).toBe(1);
  await block.observer.query('select pg_terminate_backend($1)', [(await block.waiting())[0]]);
  expect(await batch).toMatchObject({ status: 503, code: 'database_unavailable', retryAfterSeconds: 2 });
  await block.release();
  expect((await validator.send(1)).verdicts).toEqual(times(30, { verdict: 'stored' }));
  expect((await validator.send(1)).verdicts).toEqual(times(30, { verdict: 'duplicate' }));
});

it('answers 503 while every connection is taken, and serves again after', async () => {
  const validator = await startJournal(1);
  const block = await blockValidator(validator.validatorId);
  const batches = Array.from({ length: 12 }, () => validator.send(1).catch((error: unknown) => error));
  await expect.poll(async () => (await block.waiting()).length, { timeout: 2500 }).toBe(poolSize);
  await expect(operator.staff('GET /v1/lines')).rejects.toMatchObject({ status: 503, retryAfterSeconds: 2 });
  await block.release();
  const answers = await Promise.all(batches);
  const stored = answers.filter((answer) => !(answer instanceof Error));
  expect(stored.length).toBeGreaterThan(0);
  for (const answer of answers) {
    if (answer instanceof Error) expect(answer).toMatchObject({ status: 503 });
  }
  expect((await operator.staff('GET /v1/lines')).lines).toHaveLength(2);
  expect((await validator.send(1)).verdicts).toEqual([{ verdict: 'duplicate' }]);
});
