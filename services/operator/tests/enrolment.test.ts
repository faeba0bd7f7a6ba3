import { afterAll, beforeAll, expect, it } from 'vitest';
import { enrolmentLimit } from '../src/routes/validators.ts';
import { putTestNetwork, rootKey, startTestOperator, type TestOperator } from './test-operator.ts';
import { enrolTestValidator, makeKey, signEnrolment, signJws } from './test-validator.ts';

let operator: TestOperator;
let addresses = 0;
beforeAll(async () => {
  operator = await startTestOperator();
});
afterAll(() => operator.stop());

const nowSeconds = () => Math.floor(operator.clock.nowMilliseconds() / 1000);
const announce = () => operator.staff('POST /v1/validators', { body: { name: 'Ga Cát Linh' } });
/** Each call from an address of its own, so that only the test of the limit meets it. */
const enrol = (request: string, address = `10.0.0.${(addresses += 1)}`) =>
  operator.clientOf({ 'x-forwarded-for': address })('POST /v1/validators/enrol', { body: { request } });

it('takes the one-time code with a key of its own, and gives gates and the root key', async () => {
  const { validatorId, enrolmentCode } = await announce();
  await putTestNetwork(operator, validatorId);
  const answer = await enrol(
    await signEnrolment(await makeKey(), { code: enrolmentCode, iat: nowSeconds() }),
  );
  expect(answer.rootKey).toEqual(rootKey);
  expect(answer.configuration).toMatchObject({
    validatorId,
    calendar: { timeZone: 'Asia/Ho_Chi_Minh', startHour: 3 },
    products: [],
  });
  expect(answer.configuration.gates).toHaveLength(9);
  expect(answer.configuration.gates[0]).toEqual({
    gateId: 'b1',
    kind: 'board',
    mode: 'bus',
    lineId: '32',
    lineScope: 32,
    lineName: 'Buýt 32',
    gateClass: 'standard',
    place: { placeId: 'p1', nameVi: 'Ga 1', nameEn: 'Station 1', latitude: 21.0135, longitude: 105.8 },
  });
  const { validators } = await operator.staff('GET /v1/validators');
  expect(validators.find((v) => v.validatorId === validatorId)).toMatchObject({
    name: 'Ga Cát Linh',
    enrolledAt: '2026-11-23T01:00:00.000Z',
    lastSeq: 0,
    quarantined: 0,
  });
});

it('lets the same key repeat its enrolment when the answer was lost, and no other key', async () => {
  const { validatorId, enrolmentCode } = await announce();
  const key = await makeKey();
  const claims = { code: enrolmentCode, iat: nowSeconds() };
  await enrol(await signEnrolment(key, claims));
  const again = await enrol(await signEnrolment(key, claims));
  expect(again.configuration.validatorId).toBe(validatorId);
  await expect(enrol(await signEnrolment(await makeKey(), claims))).rejects.toMatchObject({
    status: 403,
    code: 'wrong_enrolment_code',
  });
});

it('refuses a proof that is not the new key’s own, or not of now', async () => {
  const { enrolmentCode: code } = await announce();
  const [key, other] = await Promise.all([makeKey(), makeKey()]);
  const claims = { code, iat: nowSeconds() };
  const header = { alg: 'Ed25519', typ: 'vd1-enrol', jwk: key.jwk };
  const requests = await Promise.all([
    signJws(other, header, claims),
    signJws(key, { ...header, typ: 'vd1-taps' }, claims),
    signJws(key, { ...header, jku: 'https://example.org' }, claims),
    signJws(key, header, { code }),
    signJws(key, header, { ...claims, iat: nowSeconds() - 120 }),
    signJws(key, header, { ...claims, iat: nowSeconds() + 120 }),
    signJws(key, header, { ...claims, iat: String(claims.iat) }),
  ]);
  const [head = '', payload = '', signature = ''] = (await signJws(key, header, claims)).split('.');
  const none = Buffer.from(JSON.stringify({ ...header, alg: 'none' })).toString('base64url');
  requests.push(`${none}.${payload}.${signature}`, `${head}.${payload}.${signature.slice(4)}AAAA`);
  for (const request of requests) {
    await expect(enrol(request)).rejects.toMatchObject({ status: 401, code: 'bad_signature' });
  }
});

it('limits how often an address may try', async () => {
  const request = await signEnrolment(await makeKey(), { code: 'AAAAA', iat: nowSeconds() });
  const tries = Array.from({ length: enrolmentLimit.tries }, () =>
    enrol(request, '192.0.2.9').catch(() => {}),
  );
  await Promise.all(tries);
  await expect(enrol(request, '192.0.2.9')).rejects.toMatchObject({ status: 429, code: 'too_many_requests' });
});

it('gives a configuration only to the validator whose key signed for it, for a minute', async () => {
  const one = await enrolTestValidator(operator);
  const two = await enrolTestValidator(operator);
  const now = nowSeconds();
  const ask = async (header: object, claims: object, key = one.key) => {
    const token = await signJws(
      key,
      { alg: 'EdDSA', typ: 'vd1-validator', kid: one.validatorId, ...header },
      claims,
    );
    return operator.clientOf({ authorization: `Bearer ${token}` })(
      'GET /v1/validators/{validatorId}/configuration',
      { params: { validatorId: one.validatorId }, query: {} },
    );
  };
  const claims = { iat: now, exp: now + 60 };
  expect((await ask({}, claims)).validatorId).toBe(one.validatorId);
  for (const [header, wrong] of [
    [{}, { iat: now, exp: now + 61 }],
    [{}, { iat: now - 200, exp: now - 150 }],
    [{}, { iat: now + 100, exp: now + 150 }],
    [{}, { iat: now }],
    [{ typ: 'JWT' }, claims],
    [{ kid: 'v-unknown' }, claims],
    [{ kid: two.validatorId }, claims],
  ]) {
    await expect(ask(header as object, wrong as object)).rejects.toMatchObject({
      status: 401,
      code: 'not_signed_in',
    });
  }
  await expect(ask({}, claims, two.key)).rejects.toMatchObject({ code: 'not_signed_in' });
  await expect(ask({ kid: two.validatorId }, claims, two.key)).rejects.toMatchObject({
    status: 403,
    code: 'not_allowed',
  });
});

it('refuses a wrong code and, a day later, a right one alike', async () => {
  const key = await makeKey();
  const { enrolmentCode } = await announce();
  await expect(enrol(await signEnrolment(key, { code: 'AAAAA', iat: nowSeconds() }))).rejects.toMatchObject({
    code: 'wrong_enrolment_code',
  });
  operator.clock.advance(24 * 3600_000);
  await expect(
    enrol(await signEnrolment(key, { code: enrolmentCode, iat: nowSeconds() })),
  ).rejects.toMatchObject({ code: 'wrong_enrolment_code' });
});
