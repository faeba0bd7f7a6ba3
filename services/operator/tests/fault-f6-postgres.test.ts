/** F6: PostgreSQL is killed at once in mid-batch and started again, several times. */
import { startOwnPostgres, type OwnPostgres } from '@vedong/testing/own-postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  countBy,
  type Driven,
  countLost,
  deliver,
  expectAllOnce,
  printFigures,
  writeBoardings,
} from './journal-driver.ts';
import { putTestNetwork, startTestOperator, type TestOperator } from './test-operator.ts';
import { enrolTestValidator } from './test-validator.ts';

const crashes = Number(process.env['FAULT_CRASHES'] ?? 3);
const validators = 4;
const tapsEach = 1000 * crashes;

let postgres: OwnPostgres;
let operator: TestOperator;
beforeAll(async () => {
  postgres = await startOwnPostgres();
  operator = await startTestOperator(undefined, { databaseUrl: postgres.url });
}, 120_000);
afterAll(async () => {
  await operator.stop();
  await postgres.remove();
});

it('loses no acknowledged tap, and has each once after the batches were sent again', async () => {
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
  const delivering = Promise.all(driven.map((one) => deliver(one, { batchSize: 25 })));
  const acknowledged = () => driven.reduce((sum, one) => sum + one.acknowledged, 0);
  const total = validators * tapsEach;
  const lost = [];
  for (let crash = 1; crash <= crashes; crash += 1) {
    const enough = (total * crash) / (crashes + 1);
    await expect.poll(acknowledged, { timeout: 60_000, interval: 5 }).toBeGreaterThan(enough);
    await postgres.crash(200);
    lost.push(await countLost(operator, driven));
  }
  await delivering;
  expect(lost).toEqual(lost.map(() => 0));
  const errors = driven.flatMap(({ answers }) => answers.errors);
  expect(errors.length).toBeGreaterThan(0);
  expect(new Set(errors)).toEqual(new Set(['database_unavailable']));
  await expectAllOnce(operator, driven);
  printFigures('F6', {
    taps: total,
    crashes,
    'acknowledged and lost': lost.reduce((sum, one) => sum + one, 0),
    refusals: countBy(errors),
    'answered duplicate': driven.reduce((sum, { answers }) => sum + answers.duplicate, 0),
    'taps, trips and charges': total,
  });
}, 180_000);
