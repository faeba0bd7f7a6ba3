import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { putTestNetwork, startTestOperator, times, type TestOperator } from './test-operator.ts';
import { enrolTestValidator, makeKey, recordOf, signJws, type TestValidator } from './test-validator.ts';

let operator: TestOperator;
let validator: TestValidator;
beforeAll(async () => {
  operator = await startTestOperator();
});
afterAll(() => operator.stop());

const at = '2026-11-23T07:30:00.000+07:00';
const good = () => recordOf({ gateId: 'b1', at });
/** A validator with an empty journal that serves all gates from now on. */
async function startJournal(...records: string[]): Promise<TestValidator> {
  validator = await enrolTestValidator(operator);
  await putTestNetwork(operator, validator.validatorId);
  validator.write(...records);
  return validator;
}
const storedSeqs = async () => {
  const rows = await operator.db
    .selectFrom('taps')
    .select('seq')
    .where('validator_id', '=', validator.validatorId)
    .orderBy('seq')
    .execute();
  return rows.map(({ seq }) => seq);
};
const quarantine = () =>
  operator.db
    .selectFrom('quarantined_taps')
    .select(['seq', 'code', 'record'])
    .where('validator_id', '=', validator.validatorId)
    .orderBy('seq')
    .execute();

it('stores taps with all that was known of them', async () => {
  const { send } = await startJournal(
    recordOf({ gateId: 'm1-in', at, cardRef: 'aaaaaaaaaaaaaaaa', serviceDay: '2026-11-22' }),
    recordOf({ gateId: 'm2-in', at, reason: 'malformed', unbelieved: true }),
    recordOf({ gateId: 'm2-in', at, reason: 'stale', cardRef: 'bbbbbbbbbbbbbbbb' }),
  );
  expect(await send(1)).toEqual({ acknowledgedSeq: 3, verdicts: times(3, { verdict: 'stored' }) });
  const { taps } = await operator.staff('GET /v1/taps', { query: {} });
  const ours = taps.filter(({ validatorId }) => validatorId === validator.validatorId);
  expect(ours.find(({ seq }) => seq === 1)).toMatchObject({
    serviceDay: '2026-11-22',
    at: '2026-11-23T00:30:00.000Z',
    gateId: 'm1-in',
    nameVi: 'Ga 1',
    nameEn: 'Station 1',
    lineName: 'Tuyến M',
    outcome: 'accepted',
    reason: null,
    guard: 'redis',
    marks: [],
    cardRef: 'aaaaaaaaaaaaaaaa',
    receivedAt: '2026-11-23T01:00:00.000Z',
  });
  expect(ours.find(({ seq }) => seq === 2)).toMatchObject({
    cardRef: null,
    reason: 'malformed',
    serviceDay: '2026-11-23',
  });
  expect(ours.find(({ seq }) => seq === 3)).toMatchObject({ cardRef: 'bbbbbbbbbbbbbbbb', reason: 'stale' });
});

it('comes to the same state from any split, repetition and order of arrival', async () => {
  const cards = ['1111111111111111', '2222222222222222', '3333333333333333'];
  const journal = Array.from({ length: 12 }, (_, index) => ({
    gateId: ['m1-in', 'm2-out', 'b1', 'm3-in'][index % 4] as string,
    at: new Date(Date.parse(at) + index * 60_000).toISOString(),
    cardRef: cards[index % 3] as string,
    tapId: randomUUIDv7(),
  }));
  const spans = Array.from({ length: 12 }, (_, first) =>
    Array.from({ length: 12 - first }, (_, more) => [first + 1, first + more + 1] as const),
  ).flat();
  let seed = 20261123;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 20; round += 1) {
    await operator.db.deleteFrom('taps').where('card_ref', 'in', cards).execute();
    const { send } = await startJournal(...journal.map(recordOf));
    const sent = Array.from({ length: 15 }, () => spans[random(spans.length)] as readonly [number, number]);
    const kept = new Set<number>();
    for (const [first, last] of [...sent, [1, 12] as const, [3, 5] as const]) {
      const before = kept.size;
      const answer = await send(first, last).catch((error: { code: string }) => error.code);
      if (first > before + 1) {
        expect(answer, `seed ${seed}`).toBe('sequence_gap');
        continue;
      }
      for (let seq = first; seq <= last; seq += 1) kept.add(seq);
      const duplicates = Math.max(0, Math.min(before, last) - first + 1);
      expect(answer, `seed ${seed}`).toEqual({
        acknowledgedSeq: kept.size,
        verdicts: Array.from({ length: last - first + 1 }, (_, index) => ({
          verdict: index < duplicates ? 'duplicate' : 'stored',
        })),
      });
    }
    expect(await storedSeqs()).toEqual(journal.map((_, index) => index + 1));
  }
});

it('keeps a poison tap aside, byte for byte, and stores the others', async () => {
  const poison = {
    not_json: '{"tapId": ',
    not_a_tap: JSON.stringify({ ...(JSON.parse(good()) as object), extra: '\0 \ud800' }),
    unknown_gate: recordOf({ gateId: 'nowhere', at }),
    gate_of_another_validator: recordOf({ gateId: 'foreign', at }),
    time_out_of_range: recordOf({ gateId: 'b1', at: '2020-01-01T00:00:00Z' }),
    service_day_out_of_range: recordOf({ gateId: 'b1', at, serviceDay: '2024-02-29' }),
  };
  const before1970 = recordOf({ gateId: 'b1', at: '1969-12-31T23:59:59Z' });
  const numberAsString = good().replace(/"slot":(\d+)/, '"slot":"$1"');
  const notText = '\0\ud800';
  const other = await enrolTestValidator(operator);
  const { send } = await startJournal(
    good(),
    ...Object.values(poison),
    before1970,
    numberAsString,
    notText,
    good(),
  );
  await operator.staff('PUT /v1/gates', {
    body: {
      gates: [
        { gateId: 'foreign', kind: 'board', lineId: '32', placeId: 'p1', validatorId: other.validatorId },
      ],
    },
  });
  const codes = [...Object.keys(poison), 'not_a_tap', 'not_a_tap', 'not_json'];
  const { verdicts, acknowledgedSeq } = await send(1);
  expect(acknowledgedSeq).toBe(11);
  expect(verdicts).toEqual([
    { verdict: 'stored' },
    ...codes.map((code) => ({ verdict: 'quarantined', code })),
    { verdict: 'stored' },
  ]);
  expect(await storedSeqs()).toEqual([1, 11]);
  const aside = await quarantine();
  expect(aside.map(({ code }) => code)).toEqual(codes);
  expect(aside[0]?.record.toString()).toBe(poison.not_json);
  // Also a resend that ends at a poison record is recognised.
  expect((await send(1, 4)).verdicts).toEqual(times(4, { verdict: 'duplicate' }));
  const { validators } = await operator.staff('GET /v1/validators');
  expect(validators.find((v) => v.validatorId === validator.validatorId)).toMatchObject({
    lastSeq: 11,
    quarantined: codes.length,
  });
  const { validatorId } = validator;
  const { records } = await operator.staff('GET /v1/validators/{validatorId}/quarantined-taps', {
    params: { validatorId },
  });
  expect(records.map(({ seq, code }) => [seq, code])).toEqual(
    codes.map((code, index) => [index + 2, code]).toReversed(),
  );
});

it('keeps a tap whose id was used before aside, in one batch and between validators', async () => {
  const tapId = randomUUIDv7();
  const twice = recordOf({ gateId: 'b1', at, tapId });
  const first = await startJournal(twice, good(), recordOf({ gateId: 'b1', at, tapId, reason: 'stale' }));
  expect((await first.send(1)).verdicts.map(({ code }) => code)).toEqual([
    undefined,
    undefined,
    'tap_id_reused',
  ]);
  const second = await startJournal(good(), twice);
  expect((await second.send(1)).verdicts.map(({ code }) => code)).toEqual([undefined, 'tap_id_reused']);
});

it('refuses a gap, naming where to go on', async () => {
  const { send } = await startJournal(good(), good(), good(), good());
  await send(1, 2);
  await expect(send(4, 4)).rejects.toMatchObject({
    status: 409,
    code: 'sequence_gap',
    message: expect.stringContaining('Go on from 3.'),
  });
  expect(await storedSeqs()).toEqual([1, 2]);
});

it('refuses and records a broken chain: a changed record, a changed past, a journal begun anew', async () => {
  const { sendRaw, batchOf, send } = await startJournal(good(), good(), good());
  await send(1);
  const changed = { ...batchOf(1), records: [good(), good(), good(), good()] };
  const oldChanged = { ...batchOf(1, 2), records: [good(), good()] };
  const anew = {
    validatorId: validator.validatorId,
    firstSeq: 4,
    previousHash: '0'.repeat(64),
    records: [good()],
  };
  for (const batch of [changed, oldChanged, anew, anew]) {
    await expect(sendRaw(batch)).rejects.toMatchObject({ status: 409, code: 'broken_chain' });
  }
  const { rows } = await sql<{ first_seq: number; times: number }>`
    select first_seq, times from broken_chains where validator_id = ${validator.validatorId} order by 1`.execute(
    operator.db,
  );
  expect(rows).toEqual([
    { first_seq: 1, times: 2 },
    { first_seq: 4, times: 2 },
  ]);
  expect(await storedSeqs()).toEqual([1, 2, 3]);
});

it('believes nothing that the validator’s own key did not sign', async () => {
  const { batchOf, post, sign, key, validatorId } = await startJournal(good());
  const stranger = await makeKey();
  const header = { alg: 'Ed25519', typ: 'vd1-taps', kid: validatorId };
  const signed = await sign(batchOf(1));
  const [head = '', , signature = ''] = signed.split('.');
  const otherPayload = Buffer.from(JSON.stringify({ ...batchOf(1), firstSeq: 2 })).toString('base64url');
  const bad = await Promise.all([
    sign(batchOf(1), stranger),
    signJws(key, { ...header, typ: 'vd1-validator' }, batchOf(1)),
    signJws(stranger, { ...header, jwk: stranger.jwk }, batchOf(1)),
    signJws(key, { ...header, kid: '../../etc/passwd' }, batchOf(1)),
    signJws(key, { ...header, kid: `v${'x'.repeat(10_000)}` }, batchOf(1)),
  ]);
  for (const batch of [...bad, `${head}.${otherPayload}.${signature}`]) {
    await expect(post(batch)).rejects.toMatchObject({ status: 401, code: 'bad_signature' });
  }
  await expect(post(await signJws(key, { ...header, kid: 'v-0' }, batchOf(1)))).rejects.toMatchObject({
    status: 401,
    code: 'unknown_validator',
  });
  const announced = await operator.staff('POST /v1/validators', { body: { name: 'not enrolled' } });
  await expect(
    post(await signJws(key, { ...header, kid: announced.validatorId }, batchOf(1))),
  ).rejects.toMatchObject({ code: 'unknown_validator' });
  expect(await storedSeqs()).toEqual([]);
});

it('refuses what is signed but no batch', async () => {
  const { batchOf, sendRaw } = await startJournal(good());
  for (const batch of [
    null,
    { ...batchOf(1), firstSeq: '1' },
    { ...batchOf(1), firstSeq: 0 },
    { ...batchOf(1), validatorId: 'v-other' },
    { ...batchOf(1), records: [] },
    { ...batchOf(1), records: Array(1001).fill('') },
    { ...batchOf(1), records: ['x'.repeat(4097)] },
    { ...batchOf(1), previousHash: 'A'.repeat(64) },
    { ...batchOf(1), more: 1 },
  ]) {
    await expect(sendRaw(batch)).rejects.toMatchObject({ status: 400, code: 'invalid_batch' });
  }
});

it('answers a body over the limit, of another type or not JSON with a problem', async () => {
  const post = async (body: string, type = 'application/json') => {
    const answer = await fetch(`${operator.url}/v1/tap-batches`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
    return [answer.status, ((await answer.json()) as { code: string }).code];
  };
  expect(await post(JSON.stringify({ batch: 'x'.repeat(6_200_000) }))).toEqual([413, 'body_too_large']);
  expect(await post('{}', 'text/plain')).toEqual([415, 'wrong_content_type']);
  expect(await post('{"batch"')).toEqual([400, 'broken_json']);
  expect(await post('{"batch":"a.b"}')).toEqual([400, 'invalid_request']);
});

it('takes a full batch of the longest records', async () => {
  const records = Array.from({ length: 1000 }, () => good().padEnd(4096, ' '));
  const { send } = await startJournal(...records);
  expect((await send(1)).acknowledgedSeq).toBe(1000);
});

it('keeps two copies of one batch that arrive at once apart', async () => {
  const { send } = await startJournal(...Array.from({ length: 50 }, good));
  const answers = await Promise.all(Array.from({ length: 6 }, () => send(1)));
  const stored = answers.filter(({ verdicts }) => verdicts[0]?.verdict === 'stored');
  expect(stored).toHaveLength(1);
  expect(await storedSeqs()).toHaveLength(50);
});
