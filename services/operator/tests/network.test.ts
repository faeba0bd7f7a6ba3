import type { PassbackRule } from '@vedong/travel';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { account, putTestNetwork, startTestOperator, type TestOperator } from './test-operator.ts';
import { enrolTestValidator, recordOf } from './test-validator.ts';

let operator: TestOperator;
beforeAll(async () => {
  operator = await startTestOperator();
});
afterAll(() => operator.stop());

const place = { placeId: 'x', nameVi: 'Ga X', nameEn: 'X', latitude: 21, longitude: 105 };
const line = {
  lineId: 'X',
  nameVi: 'Tuyến X',
  nameEn: 'Line X',
  mode: 'metro',
  agency: 'A',
  scope: 7,
} as const;

it('changes what it knows and adds what is new; given twice, the last counts', async () => {
  const { validatorId } = await enrolTestValidator(operator);
  await putTestNetwork(operator, validatorId);
  await putTestNetwork(operator, validatorId);
  await operator.staff('PUT /v1/network', {
    body: { places: [place, { ...place, nameVi: 'Ga Y' }], lines: [line] },
  });
  await operator.staff('PUT /v1/gates', {
    body: { gates: [{ gateId: 'g', kind: 'entry', lineId: 'X', placeId: 'x', validatorId }] },
  });
  const { gates } = await operator.staff('GET /v1/gates');
  expect(gates.find(({ gateId }) => gateId === 'g')).toEqual({
    gateId: 'g',
    kind: 'entry',
    mode: 'metro',
    lineId: 'X',
    lineScope: 7,
    lineName: 'Tuyến X',
    gateClass: 'standard',
    place: { ...place, nameVi: 'Ga Y' },
    validatorId,
    lastTapAt: null,
    validatorSeenAt: '2026-11-23T01:00:00.000Z',
  });
  expect((await operator.staff('GET /v1/lines')).lines.map(({ lineId }) => lineId)).toEqual(['M', 'X', '32']);
});

const passback = { within: 'place', seconds: 300, group: { seconds: 60, persons: 5 } } as const;

/** At a gate and at its line. */
async function ruleOfX() {
  const { gates } = await operator.staff('GET /v1/gates');
  const { lines } = await operator.staff('GET /v1/lines');
  return [
    gates.find(({ gateId }) => gateId === 'g')?.passback,
    lines.find(({ lineId }) => lineId === 'X')?.passback,
  ];
}

it('gives the gates of a line its anti-passback rule, and keeps it when none is said', async () => {
  const { validatorId } = await enrolTestValidator(operator);
  const put = (change: object) =>
    operator.staff('PUT /v1/network', { body: { places: [place], lines: [{ ...line, ...change }] } });
  await put({});
  await operator.staff('PUT /v1/gates', {
    body: { gates: [{ gateId: 'g', kind: 'entry', lineId: 'X', placeId: 'x', validatorId }] },
  });
  expect(await ruleOfX()).toEqual([undefined, undefined]);
  await put({ passback });
  expect(await ruleOfX()).toEqual([passback, passback]);
  await put({});
  expect(await ruleOfX()).toEqual([passback, passback]);
});

it('keeps who set a line’s rule to what; the same again is no change', async () => {
  const params = { lineId: 'X' };
  const off = { within: 'gate', seconds: 0 } as const;
  const set = (rule: PassbackRule) =>
    operator.staff('PUT /v1/lines/{lineId}/passback', { params, body: { passback: rule } });
  await set(passback);
  await set(off);
  await set(off);
  expect(await ruleOfX()).toEqual([off, off]);
  const { changes } = await operator.staff('GET /v1/passback-changes', { query: { lineId: 'X' } });
  const change = { lineId: 'X', by: account.email, at: '2026-11-23T01:00:00.000Z' };
  expect(changes).toEqual([
    { ...change, passback: off },
    { ...change, passback },
  ]);
  expect((await operator.staff('GET /v1/passback-changes', { query: {} })).changes).toEqual(changes);
  await expect(sql`delete from passback_changes`.execute(operator.db)).rejects.toThrow(/append-only/);
});

it('refuses a rule for a line nobody knows, and one outside the limits', async () => {
  const set = (lineId: string, rule: PassbackRule) =>
    operator.staff('PUT /v1/lines/{lineId}/passback', { params: { lineId }, body: { passback: rule } });
  await expect(set('no-line', passback)).rejects.toMatchObject({ status: 404, code: 'line_not_found' });
  for (const wrong of [
    { within: 'gate', seconds: 3601 },
    { within: 'gate', seconds: 60, group: { seconds: 60, persons: 1 } },
  ] as const)
    await expect(set('X', wrong)).rejects.toMatchObject({ status: 400, code: 'invalid_request' });
});

it('takes a line as tap-on only until told otherwise', async () => {
  const policyOf = async (tapPolicy?: 'tap_on' | 'tap_on_off') => {
    const bus = { ...line, lineId: 'T', mode: 'bus' as const, scope: 8, ...(tapPolicy && { tapPolicy }) };
    await operator.staff('PUT /v1/network', { body: { places: [], lines: [bus] } });
    const { lines } = await operator.staff('GET /v1/lines');
    return lines.find(({ lineId }) => lineId === 'T')?.tapPolicy;
  };
  expect(await policyOf()).toBe('tap_on');
  expect(await policyOf('tap_on_off')).toBe('tap_on_off');
  expect(await policyOf('tap_on')).toBe('tap_on');
});

it('shows when a gate last read a ticket', async () => {
  const validator = await enrolTestValidator(operator);
  await putTestNetwork(operator, validator.validatorId);
  validator.write(
    recordOf({ gateId: 'b1', at: '2026-11-23T07:10:00+07:00' }),
    recordOf({ gateId: 'b1', at: '2026-11-23T07:05:00+07:00', reason: 'stale' }),
  );
  await validator.send(1);
  const { gates } = await operator.staff('GET /v1/gates');
  expect(gates.find(({ gateId }) => gateId === 'b1')?.lastTapAt).toBe('2026-11-23T00:10:00.000Z');
});

it('names what a gate refers to and nobody knows, and keeps none of the gates', async () => {
  const { validatorId } = await enrolTestValidator(operator);
  await operator.staff('PUT /v1/network', { body: { places: [place], lines: [line] } });
  const gate = { gateId: 'new', kind: 'entry', lineId: 'X', placeId: 'x', validatorId } as const;
  for (const [change, code, named] of [
    [{ lineId: 'no-line' }, 'unknown_line', /no-line/],
    [{ placeId: 'no-place' }, 'unknown_place', /no-place/],
    [{ validatorId: 'v-no' }, 'unknown_validator', /v-no/],
  ] as const) {
    const gates = [gate, { ...gate, gateId: 'other', ...change }];
    await expect(operator.staff('PUT /v1/gates', { body: { gates } })).rejects.toMatchObject({
      status: 400,
      code,
      message: expect.stringMatching(named),
    });
  }
  const { gates } = await operator.staff('GET /v1/gates');
  expect(gates.map(({ gateId }) => gateId)).not.toContain('new');
});

it('lets two lines swap their scope numbers, but not share one', async () => {
  const put = (scopes: [number, number]) =>
    operator.staff('PUT /v1/network', {
      body: { places: [], lines: scopes.map((scope, index) => ({ ...line, lineId: `S${index}`, scope })) },
    });
  await put([501, 502]);
  await put([502, 501]);
  await expect(put([503, 503])).rejects.toMatchObject({ status: 409, code: 'line_scope_taken' });
});
