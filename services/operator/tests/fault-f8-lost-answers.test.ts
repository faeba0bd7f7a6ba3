/** F8: the operator has committed, and the connection is cut before its answer arrives. */
import { createClient, type OperatorApi } from '@vedong/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCuttingProxy, type CuttingProxy } from './cutting-proxy.ts';
import { countBy, deliver, expectAllOnce, printFigures, writeBoardings } from './journal-driver.ts';
import { putTestNetwork, startTestOperator, type TestOperator } from './test-operator.ts';
import { enrolTestValidator } from './test-validator.ts';

const taps = Number(process.env['FAULT_TAPS'] ?? 2000);
let operator: TestOperator;
let proxy: CuttingProxy;
let answers = 0;

beforeAll(async () => {
  operator = await startTestOperator();
  // The first, third, fifth answer: what is sent again gets through.
  proxy = await startCuttingProxy(operator.url, () => (answers += 1) % 2 === 1);
});
afterAll(async () => {
  await proxy.stop();
  await operator.stop();
});

it('says duplicate to the records that are sent again, and each is one tap, one trip, one charge', async () => {
  const direct = await enrolTestValidator(operator);
  await putTestNetwork(operator, direct.validatorId);
  const throughProxy = createClient<OperatorApi>(proxy.url);
  const validator = {
    ...direct,
    send: async (from: number, to?: number) =>
      throughProxy('POST /v1/tap-batches', {
        body: { batch: await direct.sign(direct.batchOf(from, to)) },
      }),
  };
  const driven = writeBoardings(validator, taps);
  await deliver(driven, { batchSize: 50, pauseMilliseconds: 1 });
  const batches = taps / 50;
  expect(proxy.cuts()).toBe(batches);
  expect(driven.answers).toMatchObject({ stored: 0, duplicate: taps });
  expect(driven.answers.errors).toHaveLength(batches);
  await expectAllOnce(operator, [driven]);
  printFigures('F8', {
    batches,
    'answers cut off': proxy.cuts(),
    errors: countBy(driven.answers.errors),
    'answered duplicate': driven.answers.duplicate,
    'taps, trips and charges': taps,
  });
}, 120_000);
