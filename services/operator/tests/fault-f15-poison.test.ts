/** F15: poison among the taps of a batch. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAllOnce, printFigures, writeBoardings, type Driven } from './journal-driver.ts';
import { putTestNetwork, startTestOperator, type TestOperator } from './test-operator.ts';
import { enrolTestValidator, recordOf } from './test-validator.ts';

let operator: TestOperator;
beforeAll(async () => {
  operator = await startTestOperator();
});
afterAll(() => operator.stop());

const at = '2026-11-23T07:00:00+07:00';
const poisons: [code: string, record: () => string][] = [
  ['not_json', () => '{"tapId":'],
  ['not_json', () => '\0\ud800'],
  ['not_a_tap', () => '[]'],
  ['not_a_tap', () => recordOf({ gateId: 'b1', at, tapId: 'no uuid' })],
  ['not_a_tap', () => recordOf({ gateId: 'b1', at: '9999999-01-01' })],
  ['not_a_tap', () => recordOf({ gateId: "b1'; drop table taps; --", at })],
  ['unknown_gate', () => recordOf({ gateId: 'nowhere', at })],
  ['time_out_of_range', () => recordOf({ gateId: 'b1', at: '2020-01-01T00:00:00Z' })],
  ['service_day_out_of_range', () => recordOf({ gateId: 'b1', at, serviceDay: '2031-01-01' })],
];

it('stores all others, keeps the poison with its reason, byte for byte, and goes on', async () => {
  const validator = await enrolTestValidator(operator);
  await putTestNetwork(operator, validator.validatorId);
  const written: { record: string; code: string; seq: number }[] = [];
  const driven: Driven[] = [];
  let seq = 0;
  for (let round = 0; round < 100; round += 1) {
    const [code, make] = poisons[round % poisons.length]!;
    const good = writeBoardings(validator, 9);
    driven.push(good);
    const record = make();
    validator.write(record);
    seq += 10;
    written.push({ record, code, seq });
  }
  const { acknowledgedSeq, verdicts } = await validator.send(1);
  expect(acknowledgedSeq).toBe(1000);
  expect(verdicts.filter(({ verdict }) => verdict === 'stored')).toHaveLength(900);
  const kept = await operator.db.selectFrom('quarantined_taps').selectAll().orderBy('seq').execute();
  expect(kept.map((row) => [row.seq, row.code, row.record.toString('utf8')])).toEqual(
    written.map((one) => [one.seq, one.code, Buffer.from(one.record, 'utf8').toString('utf8')]),
  );
  const after = writeBoardings(validator, 5);
  driven.push(after);
  expect((await validator.send(1001)).acknowledgedSeq).toBe(1005);
  await expectAllOnce(operator, driven);
  printFigures('F15', {
    'records in a batch': 1000,
    poison: kept.length,
    'kinds of poison': poisons.length,
    stored: 900,
    'records of the next batch stored': 5,
  });
});
