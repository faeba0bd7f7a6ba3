/** A gate that asks for its own code: what answers it opens once, and nothing else does. */
import { createClient, type ValidatorApi } from '@vedong/contracts';
import { readChallengeText } from '@vedong/ticket';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gates, startTestCity, type TestCity } from './test-city.ts';
import { eventually, startReadyValidator, type TestValidator } from './test-validator.ts';

const [asking, plain] = gates.map(({ gateId }) => gateId) as [string, string];
let city: TestCity;
let validator: TestValidator;
beforeAll(async () => {
  city = await startTestCity();
  const [first, ...others] = gates;
  const configuration = { ...city.state.configuration, gates: [{ ...first!, challenge: true }, ...others] };
  city.state.configuration = configuration;
  validator = await startReadyValidator({ city });
  await eventually(async () => (await validator.status()).statusLists.length === 3, 30);
});
afterAll(async () => {
  await validator.stop();
  await city.stop();
});

const call = (gate: string) =>
  createClient<ValidatorApi>(validator.url)('POST /v1/challenges', { body: { gate } });
const display = async () => readChallengeText((await call(asking)).text)!;
const reasonOf = async (ticket: string, gate = asking) => {
  const { outcome, reason } = await validator.tap(ticket, gate);
  return reason ?? outcome;
};

it('takes a ticket that answers what it displays, read twice too', async () => {
  const ticket = await city.deviceTicket({ challenge: await display() });
  expect(await reasonOf(ticket)).toBe('accepted');
  expect(await validator.tap(ticket, asking)).toMatchObject({ outcome: 'accepted', repeat: true });
});

it.each([
  ['a ticket of profile S', () => city.ticket()],
  ['a ticket without an answer: a relayed or photographed one', () => city.deviceTicket()],
  ['an answer to another challenge', () => city.deviceTicket({ challenge: '00ff5e98b8c0139d' })],
])('refuses %s', async (_what, makeTicket) => {
  await display();
  expect(await reasonOf(await makeTicket())).toBe('wrong_challenge');
});

it('refuses the second ticket that answers one challenge', async () => {
  const challenge = await display();
  expect(await reasonOf(await city.deviceTicket({ challenge }))).toBe('accepted');
  expect(await reasonOf(await city.deviceTicket({ challenge }))).toBe('wrong_challenge');
  expect(await display()).not.toBe(challenge);
});

it('is no matter at a gate that displays none', async () => {
  expect(await reasonOf(await city.ticket(), plain)).toBe('accepted');
  expect(await reasonOf(await city.deviceTicket({ challenge: '00ff5e98b8c0139d' }), plain)).toBe('accepted');
  await expect(call(plain)).rejects.toMatchObject({ status: 409, code: 'no_challenge_here' });
  await expect(call('none')).rejects.toMatchObject({ status: 404, code: 'unknown_gate' });
});
