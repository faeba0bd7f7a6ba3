/** Drives validators' journals at an operator, keeps its own list of every answer, and compares it with the database. */
import { randomUUIDv7 } from 'node:crypto';
import { ApiError } from '@vedong/contracts';
import { sql } from 'kysely';
import { expect } from 'vitest';
import type { TestOperator } from './test-operator.ts';
import { recordOf, type TestValidator } from './test-validator.ts';

export interface Driven {
  validator: TestValidator;
  tapIds: string[];
  /** The highest number that the operator has acknowledged. */
  acknowledged: number;
  answers: { stored: number; duplicate: number; errors: string[] };
}

/** A validator with a journal of boardings, each of a card of its own. */
export function writeBoardings(validator: TestValidator, count: number, gateId = 'b1'): Driven {
  const start = Date.parse('2026-11-23T06:00:00+07:00');
  const tapIds = Array.from({ length: count }, () => randomUUIDv7());
  validator.write(
    ...tapIds.map((tapId, index) =>
      recordOf({
        tapId,
        gateId,
        at: new Date(start + index * 100).toISOString(),
        cardRef: tapId.replaceAll('-', '').slice(-16),
      }),
    ),
  );
  return { validator, tapIds, acknowledged: 0, answers: { stored: 0, duplicate: 0, errors: [] } };
}

/** Sends batches as a forwarder does, until all is acknowledged: after an error the same records again. */
export async function deliver(
  driven: Driven,
  { batchSize, pauseMilliseconds = 50 }: { batchSize: number; pauseMilliseconds?: number },
): Promise<void> {
  const { validator, tapIds, answers } = driven;
  while (driven.acknowledged < tapIds.length) {
    const from = driven.acknowledged + 1;
    const to = Math.min(tapIds.length, driven.acknowledged + batchSize);
    try {
      const { acknowledgedSeq, verdicts } = await validator.send(from, to);
      for (const { verdict } of verdicts) {
        if (verdict === 'stored') answers.stored += 1;
        if (verdict === 'duplicate') answers.duplicate += 1;
      }
      driven.acknowledged = acknowledgedSeq;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      answers.errors.push(error.code);
      await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));
    }
  }
}

/** Of taps that were acknowledged, how many are not in the database: must be 0 at every moment. */
export async function countLost(operator: TestOperator, driven: readonly Driven[]): Promise<number> {
  const acknowledged = driven.flatMap(({ tapIds, acknowledged }) => tapIds.slice(0, acknowledged));
  const { rows } = await sql<{ lost: number }>`
    select count(*) as lost from unnest(${acknowledged}::uuid[]) as mine (tap_id)
    where not exists (select from taps where taps.tap_id = mine.tap_id)`.execute(operator.db);
  return rows[0]!.lost;
}

/** Every tap once, every boarding one trip of revision 1, and one charge waiting for each. */
export async function expectAllOnce(operator: TestOperator, driven: readonly Driven[]): Promise<void> {
  await operator.pair();
  const mine = driven.flatMap(({ tapIds }) => tapIds).sort();
  const taps = await operator.db.selectFrom('taps').select('tap_id').orderBy('tap_id').execute();
  expect(taps.map((row) => row.tap_id)).toEqual(mine);
  const trips = await operator.db
    .selectFrom('trips')
    .select(['trip_id', 'revision'])
    .orderBy('trip_id')
    .execute();
  expect(trips.map((row) => row.trip_id)).toEqual(mine);
  expect(new Set(trips.map((row) => row.revision))).toEqual(new Set([1]));
  const charges = await operator.db
    .selectFrom('charge_outbox')
    .select('trip_id')
    .orderBy('trip_id')
    .execute();
  expect(charges.map((row) => row.trip_id)).toEqual(mine);
}

/** Fault tests print what they saw; the table in the validator's README quotes it. */
export function printFigures(fault: string, figures: Record<string, string | number>): void {
  const words = Object.entries(figures).map(([name, value]) => `${name} ${value}`);
  process.stdout.write(`${fault}: ${words.join(', ')}\n`);
}

export const countBy = (values: readonly string[]): string =>
  [...Map.groupBy(values, (value) => value)].map(([value, all]) => `${all.length} ${value}`).join(' + ') ||
  'none';
