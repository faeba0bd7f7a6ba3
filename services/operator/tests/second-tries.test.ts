/** A rider whom a gate left without an answer pays once, at entry, exit and on the bus; a false mark changes nothing. */
import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { putTestNetwork, startTestOperator, type TestOperator } from './test-operator.ts';
import { enrolTestValidator, recordOf, type TestValidator } from './test-validator.ts';

let operator: TestOperator;
let validator: TestValidator;
let cardRef = '';
beforeAll(async () => {
  operator = await startTestOperator();
  validator = await enrolTestValidator(operator);
  await putTestNetwork(operator, validator.validatorId);
});
afterAll(() => operator.stop());
beforeEach(() => {
  cardRef = randomUUIDv7().replaceAll('-', '').slice(-16);
});

const noon = Date.parse('2026-11-23T07:00:00+07:00');
let sent = 0;
/** Gives the id of the tap. */
async function tap(gateId: string, minutes: number, continues?: string): Promise<string> {
  const tapId = randomUUIDv7();
  const at = new Date(noon + minutes * 60_000).toISOString();
  validator.write(recordOf({ gateId, at, cardRef, tapId, continues }));
  sent += 1;
  await validator.send(sent);
  await operator.pair();
  return tapId;
}
const trips = async () => (await operator.staff('GET /v1/trips', { query: { cardRef } })).trips;
const outline = async () =>
  (await trips()).map(({ tripId, state, entry, exit }) => [tripId, state, entry?.at, exit?.at]).toReversed();
const incidents = async () => (await operator.staff('GET /v1/incidents', { query: {} })).incidents;
const at = (minutes: number) => new Date(noon + minutes * 60_000).toISOString();

it('makes one trip of entry and exit that were each tried twice', async () => {
  const unanswered = await tap('m1-in', 0);
  const entry = await tap('m1-in', 2, unanswered);
  expect(await outline()).toEqual([[entry, 'open', at(2), undefined]]);
  const lost = await tap('m3-out', 20);
  expect(await outline()).toEqual([[entry, 'complete', at(2), at(20)]]);
  await tap('m3-out', 22, lost);
  expect(await outline()).toEqual([[entry, 'complete', at(2), at(22)]]);
  expect(await incidents()).toEqual([]);
  const { taps } = await operator.staff('GET /v1/taps', { query: { cardRef } });
  expect(taps.map(({ continues }) => continues)).toEqual([lost, null, unanswered, null]);
  expect(taps[0]?.marks).toEqual(['after_stop']);
});

it('makes one trip of a boarding that was tried twice, and two of two', async () => {
  const unanswered = await tap('b1', 0);
  const boarded = await tap('b1', 3, unanswered);
  const friend = await tap('b1', 3.5);
  expect(await outline()).toEqual([
    [boarded, 'complete', at(3), undefined],
    [friend, 'complete', at(3.5), undefined],
  ]);
});

it('charges for a mark that is false as for none, and blames the validator', async () => {
  const one = await tap('b1', 0);
  const two = await tap('b1', 5.1, one);
  expect((await outline()).map(([tripId]) => tripId)).toEqual([one, two]);
  expect(await incidents()).toMatchObject([
    { class: 'broken_chain', validatorId: validator.validatorId, count: 1, consequence: 'warn' },
  ]);
  const [{ incidentId } = { incidentId: '' }] = await incidents();
  const { findings } = await operator.staff('GET /v1/incidents/{incidentId}', { params: { incidentId } });
  expect(findings).toMatchObject([{ rule: 'false_mark', tapIds: [one, two] }]);
});
