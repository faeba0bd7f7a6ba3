/** F13: one ticket at many gates that cannot see each other; their journals arrive in any order. */
import { randomUUIDv7 } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { printFigures } from './journal-driver.ts';
import { putTestNetwork, startTestOperator, type TestOperator } from './test-operator.ts';
import { enrolTestValidator, recordOf, type TestValidator } from './test-validator.ts';

const gates = Number(process.env['FAULT_GATES'] ?? 24);
const orders = 3;
let operator: TestOperator;
const validators: TestValidator[] = [];

beforeAll(async () => {
  operator = await startTestOperator();
  for (let index = 0; index < gates; index += 1) {
    const validator = await enrolTestValidator(operator, `Gate ${index}`);
    if (index === 0) await putTestNetwork(operator, validator.validatorId);
    await operator.staff('PUT /v1/gates', {
      body: {
        gates: [
          {
            gateId: `in-${index}`,
            kind: 'entry',
            lineId: 'M',
            placeId: `p${(index % 4) + 1}`,
            validatorId: validator.validatorId,
          },
        ],
      },
    });
    validators.push(validator);
  }
}, 60_000);
afterAll(() => operator.stop());

const start = Date.parse('2026-11-23T06:00:00+07:00');

it('finds every use, charges one, and asks for the card to be blocked once', async () => {
  const seed = Number(process.env['FAULT_SEED'] ?? Date.now() % 2 ** 31);
  process.stdout.write(`F13: seed ${seed}\n`);
  const shuffles = fc.sample(fc.shuffledSubarray(validators, { minLength: gates, maxLength: gates }), {
    seed,
    numRuns: orders,
  });
  let found = 0;
  let charges = 0;
  for (const [round, order] of shuffles.entries()) {
    const cardRef = randomUUIDv7().replaceAll('-', '').slice(-16);
    const tapIds = validators.map((validator, index) => {
      const tapId = randomUUIDv7();
      const at = new Date(start + index * 500).toISOString();
      validator.write(recordOf({ tapId, gateId: `in-${index}`, at, cardRef, slot: start / 15_000 }));
      return tapId;
    });
    for (const [index, validator] of order.entries()) {
      await validator.send(round + 1);
      if (index % 3 === 0) await operator.pair();
    }
    await operator.pair();
    const { incidents } = await operator.staff('GET /v1/incidents', { query: { cardRef, class: 'copy' } });
    expect(incidents).toMatchObject([{ count: gates - 1, consequence: 'block', block: 'asked' }]);
    const { taps } = await operator.staff('GET /v1/incidents/{incidentId}', {
      params: { incidentId: incidents[0]!.incidentId },
    });
    expect(taps.map(({ tapId, counts }) => [tapId, counts])).toEqual(
      tapIds.map((tapId, index) => [tapId, index === 0]),
    );
    const { trips } = await operator.staff('GET /v1/trips', { query: { cardRef } });
    expect(trips.map(({ tripId }) => tripId)).toEqual([tapIds[0]]);
    const told = await operator.db
      .selectFrom('charge_outbox')
      .innerJoin('trips', 'trips.trip_id', 'charge_outbox.trip_id')
      .where('trips.card_ref', '=', cardRef)
      .where('state', '<>', 'withdrawn')
      .select('charge_outbox.trip_id')
      .execute();
    const blocks = await operator.db
      .selectFrom('card_blocks')
      .where('card_ref', '=', cardRef)
      .select(['state', 'revision'])
      .execute();
    expect(blocks).toEqual([{ state: 'blocked', revision: 1 }]);
    found += taps.length;
    charges += told.length;
  }
  expect(charges).toBe(orders);
  printFigures('F13', {
    gates,
    'orders of arrival': orders,
    'uses found': found,
    'trips charged': charges,
    'cards to block': orders,
  });
}, 120_000);
