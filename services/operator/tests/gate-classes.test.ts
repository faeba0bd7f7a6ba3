/** Gate classes: set by staff, carried by configurations, named on the taps they touched; and what validators report. */
import type { ValidatorReport } from '@vedong/contracts';
import { standardGateClass } from '@vedong/travel';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { putTestNetwork, startTestOperator, type TestOperator } from './test-operator.ts';
import { enrolTestValidator, recordOf, signJws } from './test-validator.ts';

let operator: TestOperator;
beforeAll(async () => {
  operator = await startTestOperator();
});
afterAll(() => operator.stop());

const busReader = {
  ...standardGateClass,
  classId: 'bus-reader',
  policies: { ...standardGateClass.policies, guard_local: 'limited' },
  limits: { cardRides: 2, gateRides: 300, cardValue: 40_000, gateValue: null },
  rideValue: 20_000,
} as const;

/** Calls as the validator itself, with an access token. */
async function asValidator(validator: Awaited<ReturnType<typeof enrolTestValidator>>) {
  const iat = Math.floor(operator.clock.nowMilliseconds() / 1000);
  const token = await signJws(
    validator.key,
    { alg: 'Ed25519', typ: 'vd1-validator', kid: validator.validatorId },
    { sub: validator.validatorId, iat, exp: iat + 30 },
  );
  return operator.clientOf({ authorization: `Bearer ${token}` });
}

it('begins with the standard class, which is what the code says it is', async () => {
  expect((await operator.staff('GET /v1/gate-classes')).gateClasses).toEqual([standardGateClass]);
});

it('gives gates a class, keeps it when none is said, and sends both to the validator', async () => {
  const validator = await enrolTestValidator(operator);
  const { validatorId } = validator;
  await putTestNetwork(operator, validatorId);
  await operator.staff('PUT /v1/gate-classes', { body: { gateClasses: [busReader] } });
  const bus = { gateId: 'b1', kind: 'board', lineId: '32', placeId: 'p1', validatorId } as const;
  await operator.staff('PUT /v1/gates', { body: { gates: [{ ...bus, gateClass: 'bus-reader' }] } });
  await operator.staff('PUT /v1/gates', { body: { gates: [bus] } });
  const call = await asValidator(validator);
  const configuration = await call('GET /v1/validators/{validatorId}/configuration', {
    params: { validatorId },
    query: {},
  });
  expect(configuration.gates.map(({ gateId, gateClass }) => [gateId, gateClass]).slice(0, 2)).toEqual([
    ['b1', 'bus-reader'],
    ['m1-in', 'standard'],
  ]);
  expect(configuration.gateClasses).toEqual([busReader, standardGateClass]);
  const changed = { ...busReader, rideValue: null };
  await operator.staff('PUT /v1/gate-classes', { body: { gateClasses: [busReader, changed] } });
  expect((await operator.staff('GET /v1/gate-classes')).gateClasses[0]).toEqual(changed);
});

it('refuses a class nobody has set up, half a class, and more classes than a validator takes', async () => {
  const { validatorId } = await enrolTestValidator(operator);
  await putTestNetwork(operator, validatorId);
  const gate = { gateId: 'b1', kind: 'board', lineId: '32', placeId: 'p1', validatorId } as const;
  await expect(
    operator.staff('PUT /v1/gates', { body: { gates: [{ ...gate, gateClass: 'tram' }] } }),
  ).rejects.toMatchObject({ code: 'unknown_gate_class' });
  const half = { ...busReader.policies, clock_unsure: undefined };
  await expect(
    operator.staff('PUT /v1/gate-classes', {
      body: { gateClasses: [{ ...busReader, policies: half as unknown as typeof busReader.policies }] },
    }),
  ).rejects.toMatchObject({ code: 'invalid_request' });
  const before = await operator.staff('GET /v1/gate-classes');
  const many = Array.from({ length: 100 }, (_x, n) => ({ ...busReader, classId: `class-${n}` }));
  await expect(operator.staff('PUT /v1/gate-classes', { body: { gateClasses: many } })).rejects.toMatchObject(
    { code: 'too_many_gate_classes' },
  );
  expect(await operator.staff('GET /v1/gate-classes')).toEqual(before);
});

it('shows on a tap its marks and the policy that let it through', async () => {
  const validator = await enrolTestValidator(operator);
  await putTestNetwork(operator, validator.validatorId);
  const plain = recordOf({ gateId: 'b1', at: '2026-11-23T07:05:00+07:00' });
  const marked = JSON.stringify({
    ...(JSON.parse(plain) as object),
    tapId: '0193574e-1111-7000-8000-000000000001',
    at: '2026-11-23T07:06:00+07:00',
    marks: ['clock_unsure', 'guard_local'],
    policy: 'bus-reader/limited',
  });
  const wrong = marked.replace('000000000001', '000000000002').replace('/limited', '/whatever');
  validator.write(plain, marked, wrong);
  const { verdicts } = await validator.send(1);
  expect(verdicts.map(({ verdict, code }) => code ?? verdict)).toEqual(['stored', 'stored', 'not_a_tap']);
  const { taps } = await operator.staff('GET /v1/taps', { query: { gateId: 'b1' } });
  expect(taps.filter(({ validatorId }) => validatorId === validator.validatorId)).toMatchObject([
    { marks: ['clock_unsure', 'guard_local'], policy: 'bus-reader/limited' },
    { marks: [], policy: null },
  ]);
});

const report: ValidatorReport = {
  clock: { state: 'unsure', offsetMilliseconds: -300_000, ageSeconds: 7200 },
  journal: { state: 'failing', lastSeq: 12, unsent: 3, quarantined: 1, cuts: 1 },
  conditions: ['clock_unsure'],
};

it('keeps what a validator reports of itself, and tells it how far its journal has come', async () => {
  const validator = await enrolTestValidator(operator);
  const { validatorId } = validator;
  await putTestNetwork(operator, validatorId);
  const params = { validatorId };
  const call = await asValidator(validator);
  const first = await call('POST /v1/validators/{validatorId}/reports', { params, body: report });
  expect(first).toEqual({
    now: '2026-11-23T01:00:00.000Z',
    journal: { lastSeq: 0, lastHash: '0'.repeat(64) },
  });
  validator.write(recordOf({ gateId: 'b1', at: '2026-11-23T07:05:00+07:00' }));
  await validator.send(1);
  const second = await call('POST /v1/validators/{validatorId}/reports', { params, body: report });
  expect(second.journal.lastSeq).toBe(1);
  const { validators } = await operator.staff('GET /v1/validators');
  expect(validators.find((known) => known.validatorId === validatorId)).toMatchObject({
    report,
    reportedAt: '2026-11-23T01:00:00.000Z',
  });
});

it('takes no report of another validator, nor of nobody', async () => {
  const validator = await enrolTestValidator(operator);
  const other = await enrolTestValidator(operator);
  const call = await asValidator(validator);
  const params = { validatorId: other.validatorId };
  await expect(
    call('POST /v1/validators/{validatorId}/reports', { params, body: report }),
  ).rejects.toMatchObject({ code: 'not_allowed' });
  await expect(
    operator.anyone('POST /v1/validators/{validatorId}/reports', { params, body: report }),
  ).rejects.toMatchObject({ code: 'not_signed_in' });
});
