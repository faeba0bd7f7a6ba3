/** F14: batches split anywhere, sent twice, late and in any order between validators: the same final state, in PostgreSQL. */
import { randomUUIDv7 } from 'node:crypto';
import { ApiError } from '@vedong/contracts';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { printFigures } from './journal-driver.ts';
import { putTestNetwork, startTestOperator, type TestOperator } from './test-operator.ts';
import { enrolTestValidator, recordOf, type TestValidator } from './test-validator.ts';

/** `src/deliveries.test.ts` runs 10,000 cases of the pure part. */
const cases = Number(process.env['FAULT_CASES'] ?? 40);
let operator: TestOperator;
const validators: TestValidator[] = [];
const gatesOf = [
  ['in-0', 'out-0'],
  ['in-1', 'out-1', 'bus-1'],
  ['in-2', 'out-2'],
];

beforeAll(async () => {
  operator = await startTestOperator('2026-11-23T22:00:00+07:00');
  for (const [index, gates] of gatesOf.entries()) {
    const validator = await enrolTestValidator(operator, `Validator ${index}`);
    if (index === 0) await putTestNetwork(operator, validator.validatorId);
    validators.push(validator);
    await operator.staff('PUT /v1/gates', {
      body: {
        gates: gates.map((gateId) => ({
          gateId,
          kind: gateId.startsWith('in')
            ? ('entry' as const)
            : gateId.startsWith('out')
              ? ('exit' as const)
              : ('board' as const),
          lineId: gateId.startsWith('bus') ? '32' : 'M',
          placeId: `p${index + 1}`,
          validatorId: validator.validatorId,
        })),
      },
    });
  }
}, 60_000);
afterAll(() => operator.stop());

interface PlannedTap {
  validator: number;
  gate: number;
  minute: number;
  /** Shows the code of the tap before: a copy, where that was at another gate. */
  isCopy: boolean;
}
/** What arrives when: a validator sends `length` records, from `back` before what it knows to be acknowledged. */
interface PlannedSend {
  validator: number;
  back: number;
  length: number;
  isPairedAfter: boolean;
}
const plans = fc.record({
  taps: fc.array(
    fc.record({
      validator: fc.nat(2),
      gate: fc.nat(2),
      minute: fc.nat(300),
      isCopy: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  ),
  sends: fc.array(
    fc.record({
      validator: fc.nat(2),
      back: fc.integer({ min: -2, max: 3 }),
      length: fc.integer({ min: 1, max: 5 }),
      isPairedAfter: fc.boolean(),
    }),
    { maxLength: 14 },
  ),
});

const start = Date.parse('2026-11-23T06:00:00+07:00');
const kept = validators.map(() => 0);
const written: number[] = [0, 0, 0];
let batches = 0;
let refused = 0;

/** Writes the taps of one card into the journals. Names are the same in every delivery, ids are not. */
function write(taps: readonly PlannedTap[]): { cardRef: string; names: Map<string, string> } {
  const cardRef = randomUUIDv7().replaceAll('-', '').slice(-16);
  const names = new Map<string, string>();
  // Ids in the order of the names, as equal moments are told apart by id.
  const ids = taps.map(() => randomUUIDv7()).sort();
  let slot = 0;
  for (const [index, { validator, gate, minute, isCopy }] of taps.entries()) {
    const tapId = ids[index]!;
    const at = start + minute * 60_000 + index * 100;
    slot = isCopy && index > 0 ? slot : Math.floor(at / 15_000);
    const gates = gatesOf[validator]!;
    validators[validator]!.write(
      recordOf({ tapId, gateId: gates[gate % gates.length]!, at: new Date(at).toISOString(), cardRef, slot }),
    );
    written[validator]! += 1;
    names.set(tapId, `tap ${index}`);
  }
  return { cardRef, names };
}

async function send(validator: number, from: number, to: number): Promise<void> {
  batches += 1;
  try {
    const { acknowledgedSeq } = await validators[validator]!.send(from, to);
    kept[validator] = acknowledgedSeq;
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'sequence_gap') throw error;
    refused += 1;
  }
}

async function deliverRest(): Promise<void> {
  for (const validator of validators.keys()) {
    const from = (kept[validator] ?? 0) + 1;
    if (from <= written[validator]!) await send(validator, from, written[validator]!);
  }
  await operator.pair();
}

async function stateOf({ cardRef, names }: { cardRef: string; names: Map<string, string> }): Promise<object> {
  const nameOf = (tapId: string | null) => (tapId === null ? null : names.get(tapId));
  const trips = await operator.db
    .selectFrom('trips')
    .where('card_ref', '=', cardRef)
    .where('state', '<>', 'withdrawn')
    .select(['trip_id', 'state', 'entry_tap_id', 'exit_tap_id', 'fare_amount'])
    .execute();
  const incidents = await operator.db
    .selectFrom('incidents')
    .where('card_ref', '=', cardRef)
    .where('state', '<>', 'withdrawn')
    .select(['class', 'count', 'findings', 'consequence', 'happened_at'])
    .orderBy('class')
    .execute();
  const taps = await operator.db
    .selectFrom('incident_taps')
    .where('card_ref', '=', cardRef)
    .select(['tap_id', 'counts'])
    .execute();
  const block = await operator.db
    .selectFrom('card_blocks')
    .where('card_ref', '=', cardRef)
    .select('state')
    .executeTakeFirst();
  const byText = (one: unknown, other: unknown) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);
  return {
    trips: trips
      .map((row) => [
        nameOf(row.trip_id),
        row.state,
        nameOf(row.entry_tap_id),
        nameOf(row.exit_tap_id),
        row.fare_amount,
      ])
      .sort(byText),
    incidents: incidents.map((row) => ({
      ...row,
      findings: row.findings.map((one) => ({ ...one, tapIds: one.tapIds.map(nameOf) })),
    })),
    taps: taps.map((row) => [nameOf(row.tap_id), row.counts]).sort(byText),
    // A block that was asked for while taps were missing is lifted by the tap that explains it.
    isBlocked: block?.state === 'blocked',
  };
}

it('ends in the same trips, incidents and blocks as one delivery in order', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async ({ taps, sends }) => {
      const inOrder = write(taps);
      await deliverRest();
      const expected = await stateOf(inOrder);
      const mixed = write(taps);
      for (const { validator, back, length, isPairedAfter } of sends as PlannedSend[]) {
        const from = Math.max(1, (kept[validator] ?? 0) + 1 - back);
        const to = Math.min(written[validator]!, from + length - 1);
        if (from <= to) await send(validator, from, to);
        if (isPairedAfter) await operator.pair();
      }
      await deliverRest();
      expect(await stateOf(mixed)).toEqual(expected);
    }),
    { numRuns: cases, verbose: 1 },
  );
  const count = await operator.db
    .selectFrom('taps')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  expect(count.count).toBe(written.reduce((sum, one) => sum + one, 0));
  printFigures('F14', { cases, batches, 'of them too early': refused, taps: count.count });
}, 240_000);
