/** One validator loses the operator's trust; what others send goes on counting. And versions of what they are told. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { putTestNetwork, startTestOperator, type TestOperator } from './test-operator.ts';
import { enrolTestValidator, makeKey, signEnrolment, signJws, type TestKey } from './test-validator.ts';

let operator: TestOperator;
beforeAll(async () => {
  operator = await startTestOperator();
});
afterAll(() => operator.stop());

const nowSeconds = () => Math.floor(operator.clock.nowMilliseconds() / 1000);

interface Enrolled {
  validatorId: string;
  key: TestKey;
}

async function askConfiguration({ validatorId, key }: Enrolled, held?: number) {
  const claims = { iat: nowSeconds(), exp: nowSeconds() + 30 };
  const token = await signJws(key, { alg: 'Ed25519', typ: 'vd1-validator', kid: validatorId }, claims);
  return operator.clientOf({ authorization: `Bearer ${token}` })(
    'GET /v1/validators/{validatorId}/configuration',
    { params: { validatorId }, query: held === undefined ? {} : { held } },
  );
}

async function sendNothing({ validatorId, key }: Enrolled) {
  const payload = { validatorId, firstSeq: 1, previousHash: '0'.repeat(64), records: ['{}'] };
  const batch = await signJws(key, { alg: 'Ed25519', typ: 'vd1-taps', kid: validatorId }, payload);
  return operator.anyone('POST /v1/tap-batches', { body: { batch } });
}

const revoke = (validatorId: string, reason = 'Mất trộm') =>
  operator.staff('POST /v1/validators/{validatorId}/revoke', { params: { validatorId }, body: { reason } });

it('refuses everything a revoked validator signs, and nothing of another', async () => {
  const [stolen, other] = [await enrolTestValidator(operator), await enrolTestValidator(operator)];
  const revocation = await revoke(stolen.validatorId);
  expect(revocation).toEqual({ at: '2026-11-23T01:00:00.000Z', by: 'staff@example.org', reason: 'Mất trộm' });
  const refused = { status: 403, code: 'validator_revoked' };
  await expect(askConfiguration(stolen)).rejects.toMatchObject(refused);
  await expect(sendNothing(stolen)).rejects.toMatchObject(refused);
  expect((await askConfiguration(other)).validatorId).toBe(other.validatorId);
  await expect(sendNothing(other)).resolves.toMatchObject({ verdicts: [{ verdict: 'quarantined' }] });

  // Who cannot sign as the validator hears nothing of it.
  await expect(askConfiguration({ ...stolen, key: other.key })).rejects.toMatchObject({
    code: 'not_signed_in',
  });
  await expect(sendNothing({ ...stolen, key: other.key })).rejects.toMatchObject({ code: 'bad_signature' });

  operator.clock.advance(60_000);
  expect(await revoke(stolen.validatorId, 'again')).toEqual(revocation);
  const { validators } = await operator.staff('GET /v1/validators');
  const listed = (id: string) => validators.find(({ validatorId }) => validatorId === id)?.revocation;
  expect([listed(stolen.validatorId), listed(other.validatorId)]).toEqual([revocation, null]);
});

it('makes the enrolment code of a revoked validator worthless, used or not', async () => {
  const { validatorId, enrolmentCode: code } = await operator.staff('POST /v1/validators', {
    body: { name: 'Ga Láng' },
  });
  await revoke(validatorId);
  const request = await signEnrolment(await makeKey(), { code, iat: nowSeconds() });
  await expect(operator.anyone('POST /v1/validators/enrol', { body: { request } })).rejects.toMatchObject({
    code: 'wrong_enrolment_code',
  });
});

it('lets only staff revoke, and only what there is', async () => {
  const params = { validatorId: 'v-none' };
  await expect(revoke('v-none')).rejects.toMatchObject({ status: 404, code: 'validator_not_found' });
  const call = operator.anyone('POST /v1/validators/{validatorId}/revoke', { params, body: { reason: 'x' } });
  await expect(call).rejects.toMatchObject({ status: 401, code: 'not_signed_in' });
});

it('numbers what it tells a validator: higher with each change, and never below what the validator has', async () => {
  const validator = await enrolTestValidator(operator);
  await putTestNetwork(operator, validator.validatorId);
  const first = await askConfiguration(validator);
  expect((await askConfiguration(validator, first.version)).version).toBe(first.version);

  const gateId = first.gates[0]!.gateId;
  await operator.staff('PUT /v1/gates/{gateId}/challenge', { params: { gateId }, body: { isShown: true } });
  const second = await askConfiguration(validator, first.version);
  expect(second.version).toBe(first.version + 1);
  expect(second.gates[0]).toEqual({ ...first.gates[0], challenge: true });
  const { gates } = await operator.staff('GET /v1/gates');
  expect(gates.filter(({ challenge }) => challenge).map((gate) => gate.gateId)).toEqual([gateId]);

  // As after the operator's database came back from an older copy.
  const restored = await askConfiguration(validator, 1000);
  expect(restored).toEqual({ ...second, version: 1001 });
  expect((await askConfiguration(validator, 1001)).version).toBe(1001);

  await operator.staff('PUT /v1/gates/{gateId}/challenge', { params: { gateId }, body: { isShown: false } });
  expect((await askConfiguration(validator, 1001)).version).toBe(1002);
  const nowhere = { params: { gateId: 'none' }, body: { isShown: true } };
  await expect(operator.staff('PUT /v1/gates/{gateId}/challenge', nowhere)).rejects.toMatchObject({
    status: 404,
    code: 'gate_not_found',
  });
});
