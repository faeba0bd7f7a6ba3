/** Every reason a tap can be refused for, and every input that is no tap, over HTTP. */
import { reasons, type Reason } from '@vedong/travel';
import { simulateClock } from '@vedong/testing/clock';
import { statuses } from '@vedong/ticket';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startTestCity, type TestCity } from './test-city.ts';
import { eventually, startReadyValidator, startValidator, type TestValidator } from './test-validator.ts';

const clock = simulateClock('2026-11-23T08:00:00+07:00');
const nowSeconds = () => Math.floor(clock.nowMilliseconds() / 1000);
const slotNow = () => Math.floor(nowSeconds() / 15);
let city: TestCity;
let validator: TestValidator;

beforeAll(async () => {
  city = await startTestCity(nowSeconds);
  validator = await startReadyValidator({ city, clock });
  await eventually(async () => (await validator.status()).statusLists.length === 3);
});
afterAll(async () => {
  await validator.stop();
  await city.stop();
});
beforeEach(() => clock.advance(60_000));

const changed = (text: string, at: number) =>
  `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;

const refusals: Record<
  Exclude<
    Reason,
    'wrong_challenge' | 'revoked' | 'suspended' | 'key_revoked' | 'passback' | 'gate_closed' | 'offline_limit'
  >,
  () => Promise<string>
> = {
  malformed: () => Promise.resolve('https://example.com/?VD1'),
  unknown_issuer: () => city.ticket({ issuer: 7 }),
  unknown_key: () => city.ticket({ keyNo: 9 }),
  bad_signature: async () => changed(await city.ticket(), 120),
  bad_proof: async () => changed(await city.deviceTicket(), 270),
  not_yet_valid: () => city.deviceTicket({ notBefore: slotNow() + 1 }),
  expired: () => city.deviceTicket({ notBefore: slotNow() - 240 }),
  clock_ahead: () => city.ticket({ slot: slotNow() + 2 }),
  stale: () => city.ticket({ slot: slotNow() - 3 }),
  out_of_scope: () => city.ticket({ scope: 32 }),
  not_covered: () => city.ticket({ product: 11 }),
  replayed: async () => {
    const ticket = await city.ticket();
    await validator.tap(ticket);
    clock.advance(6000);
    return ticket;
  },
};

it.each(Object.entries(refusals))('refuses a %s ticket and records it', async (reason, make) => {
  const answer = await validator.tap(await make());
  expect(answer).toMatchObject({ outcome: 'rejected', reason, gate: '2A-01-in', repeat: false });
  await eventually(() => city.state.taps.some(({ tapId }) => tapId === answer.tapId));
});

it('has a test for every reason but the one that needs a gate with a challenge', () => {
  // `passback` in passback.test.ts, the policies' own in policies.test.ts, the others below.
  const elsewhere = ['passback', 'gate_closed', 'offline_limit'];
  const tested = [...Object.keys(refusals), 'revoked', 'suspended', 'key_revoked', ...elsewhere];
  expect(reasons.filter((reason) => !tested.includes(reason))).toEqual(['wrong_challenge']);
});

it('believes nothing of a ticket before its signatures are checked', async () => {
  const unsigned = await validator.tap(changed(await city.ticket(), 120));
  const signed = await validator.tap(await city.ticket({ slot: slotNow() - 3 }));
  await eventually(() => city.state.taps.some(({ tapId }) => tapId === signed.tapId));
  const find = (wanted: string) => city.state.taps.find(({ tapId }) => tapId === wanted);
  expect(find(unsigned.tapId)).not.toHaveProperty('ticket');
  expect(find(signed.tapId)).toHaveProperty('ticket.serviceDay', '2026-11-23');
});

it('accepts both profiles, with a line end as hardware scanners add it', async () => {
  expect(await validator.tap(`${await city.ticket()}\r\n`)).toMatchObject({
    outcome: 'accepted',
    guard: 'local',
    ticket: { product: 0, concession: 0 },
  });
  expect(await validator.tap(await city.deviceTicket())).toMatchObject({ outcome: 'accepted' });
});

it('gives the first answer again to a scanner that reads twice, and only there', async () => {
  const ticket = await city.ticket();
  const first = await validator.tap(ticket);
  clock.advance(4000);
  expect(await validator.tap(ticket)).toEqual({ ...first, repeat: true });
  const elsewhere = await validator.tap(ticket, '2A-02-in');
  expect(elsewhere).toMatchObject({ reason: 'replayed', lastUse: { nameVi: 'Ga Láng', at: first.at } });
  await eventually(() => city.state.taps.some(({ tapId }) => tapId === elsewhere.tapId));
  expect(city.state.taps.filter(({ tapId }) => tapId === first.tapId)).toHaveLength(1);
});

it('takes the next code of a card and then no earlier one', async () => {
  const card = { cardRef: '00000000000000aa' };
  expect(await validator.tap(await city.ticket({ ...card, slot: slotNow() }))).toMatchObject({
    outcome: 'accepted',
  });
  expect(await validator.tap(await city.ticket({ ...card, slot: slotNow() + 1 }))).toMatchObject({
    outcome: 'accepted',
  });
  expect(await validator.tap(await city.ticket({ ...card, slot: slotNow() }))).toMatchObject({
    reason: 'replayed',
  });
});

it('refuses a card as soon as the next status list says so', async () => {
  expect(await validator.tap(await city.ticket({ statusIdx: 20 }))).toMatchObject({ outcome: 'accepted' });
  city.revoke(20);
  city.revoke(21, statuses.suspended);
  await eventually(
    async () => (await validator.tap(await city.ticket({ statusIdx: 20 }))).reason === 'revoked',
  );
  expect(await validator.tap(await city.ticket({ statusIdx: 21 }))).toMatchObject({ reason: 'suspended' });
  expect(await validator.tap(await city.ticket({ statusIdx: 5000 }))).toMatchObject({ reason: 'revoked' });
});

it('marks what it accepts without a status list of the day', async () => {
  const other = await startTestCity(nowSeconds);
  other.state.hasLists = false;
  const alone = await startReadyValidator({ city: other, clock });
  const answer = await alone.tap(await other.ticket());
  expect(answer.outcome).toBe('accepted');
  await eventually(() => other.state.taps.length === 1);
  expect(other.state.taps[0]?.marks).toEqual(['status_unchecked']);
  await alone.stop();
  await other.stop();
});

it('refuses tickets of a key as soon as the bundle calls it compromised', async () => {
  const other = await startTestCity(nowSeconds);
  const alone = await startReadyValidator({ city: other, clock });
  other.state.keyStatus = 'compromised';
  other.state.bundleVersion = 2;
  await eventually(async () => (await alone.tap(await other.ticket())).outcome === 'rejected');
  expect(await alone.tap(await other.deviceTicket())).toMatchObject({ reason: 'key_revoked' });
  await alone.stop();
  await other.stop();
});

it.each([
  ['4 kB of text', 'A'.repeat(4096)],
  ['control characters', '\u0000\u0007\u001b[2J'],
  ['bidirectional text', 'VD1:\u202Egnp.exe'],
  ['a session token', 'eyJhbGciOiJFZDI1NTE5In0.e30.c2ln'],
  ['a lone prefix', 'VD1:'],
])('refuses %s as malformed and records it', async (_what, text) => {
  const answer = await validator.tap(text);
  expect(answer).toMatchObject({ outcome: 'rejected', reason: 'malformed' });
  expect(answer).not.toHaveProperty('ticket');
  await eventually(() => city.state.taps.some(({ tapId }) => tapId === answer.tapId));
});

const post = (body: string, contentType = 'application/json') =>
  fetch(`${validator.url}/v1/taps`, { method: 'POST', headers: { 'content-type': contentType }, body });
const tapBody = (change: object) => JSON.stringify({ gate: '2A-01-in', ticket: 'VD1:', ...change });

it.each([
  ['an unknown gate', 404, 'unknown_gate', tapBody({ gate: 'nowhere' }), undefined],
  ['a gate that is a number', 400, 'invalid_request', tapBody({ gate: 7 }), undefined],
  ['a gate with a path', 400, 'invalid_request', tapBody({ gate: '../etc' }), undefined],
  ['an empty ticket', 400, 'invalid_request', tapBody({ ticket: '' }), undefined],
  ['a field nobody defined', 400, 'invalid_request', tapBody({ admin: true }), undefined],
  ['a date before 1970', 400, 'invalid_request', tapBody({ scannedAt: '1969-12-31T23:59:59Z' }), undefined],
  ['broken JSON', 400, 'broken_json', '{"gate":', undefined],
  ['another content type', 415, 'wrong_content_type', tapBody({}), 'text/plain'],
  ['a body over the limit', 413, 'body_too_large', tapBody({ ticket: 'A'.repeat(20_000) }), undefined],
])('answers %s with a problem', async (_what, status, code, body, contentType) => {
  const response = await post(body, contentType);
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  expect(await response.json()).toMatchObject({ status, code });
});

it('is not ready, and says why, until it has what it judges by', async () => {
  const other = await startTestCity(nowSeconds);
  other.state.isUp = false;
  const alone = await startValidator({ city: other, clock });
  expect((await fetch(`${alone.url}/readyz`)).status).toBe(503);
  await expect(alone.tap('VD1:')).rejects.toMatchObject({
    status: 503,
    code: 'not_ready',
    retryAfterSeconds: 5,
  });
  expect(await alone.status()).toMatchObject({ validatorId: null, trust: null, gates: [] });
  other.state.isUp = true;
  await eventually(async () => (await fetch(`${alone.url}/readyz`)).ok);
  expect(await alone.status()).toMatchObject({ validatorId: 'v-1', guard: 'local', trust: { version: 1 } });
  await alone.stop();
  await other.stop();
});

it('takes no ticket once its trust bundle has ended', async () => {
  const other = await startTestCity(nowSeconds);
  other.state.bundleLifetimeSeconds = 600;
  const alone = await startReadyValidator({ city: other, clock });
  other.state.isUp = false;
  clock.advance(601_000);
  await expect(alone.tap(await other.ticket())).rejects.toMatchObject({ code: 'not_ready' });
  await alone.stop();
  await other.stop();
});
