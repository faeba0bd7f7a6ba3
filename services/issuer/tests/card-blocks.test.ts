import { statuses } from '@vedong/ticket';
import type { CardBlock } from '@vedong/contracts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { readStatusList } from './gate.ts';
import { problemOf, startIssuer, type IssuerUnderTest, type Rider } from './issuer-under-test.ts';

let issuer: IssuerUnderTest;
let rider: Rider;
let cardId = '';
let cardRef = '';
let riders = 0;
const serviceDay = '2026-11-23';

beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());
beforeEach(async () => {
  riders += 1;
  rider = await issuer.signIn(`09120001${String(riders).padStart(2, '0')}`);
  cardId = await rider.makeCard();
  // The card gets its pseudonym for today with its first ticket.
  await rider.call('POST /v1/cards/{cardId}/tickets', { params: { cardId }, body: { count: 1 } });
  cardRef = await cardRefOf();
});

async function cardRefOf(): Promise<string> {
  const row = await issuer.db
    .selectFrom('card_days')
    .select('card_ref')
    .where('card_id', '=', cardId)
    .where('service_day', '=', serviceDay)
    .executeTakeFirstOrThrow();
  return row.card_ref;
}
const blockOf = (
  revision: number,
  state: CardBlock['state'],
  change: Partial<CardBlock> = {},
): CardBlock => ({
  issuer: 1,
  serviceDay,
  cardRef,
  revision,
  state,
  reason: 'copy',
  ...change,
});
const send = async (...blocks: unknown[]) =>
  (await issuer.operator('POST /v1/card-blocks', { body: { blocks } })).results;
const card = async () => (await rider.call('GET /v1/cards')).cards[0]!;
const params = () => ({ params: { cardId } });

async function statusAtGates() {
  const { statusIdx } = await issuer.db
    .selectFrom('card_days')
    .select('status_idx as statusIdx')
    .where('card_id', '=', cardId)
    .executeTakeFirstOrThrow();
  return (await readStatusList(issuer, serviceDay)).list.get(statusIdx);
}

it('blocks the card behind a pseudonym with the next status list, and says why', async () => {
  expect(await statusAtGates()).toBe(statuses.valid);
  const { version } = await readStatusList(issuer, serviceDay);
  expect(await send(blockOf(1, 'blocked'))).toEqual([{ result: 'applied' }]);
  expect(await statusAtGates()).toBe(statuses.suspended);
  expect((await readStatusList(issuer, serviceDay)).version).toBe(version + 1);
  expect(await card()).toMatchObject({
    state: 'blocked',
    operatorBlock: { reason: 'copy', since: '2026-11-23T03:00:00.000Z' },
  });
  expect(
    await problemOf(rider.call('POST /v1/cards/{cardId}/tickets', { ...params(), body: { count: 1 } })),
  ).toEqual({ status: 409, code: 'card_blocked' });
});

it('cannot be lifted by the rider, but by the operator', async () => {
  await send(blockOf(1, 'blocked'));
  expect(await problemOf(rider.call('POST /v1/cards/{cardId}/unblock', params()))).toEqual({
    status: 409,
    code: 'blocked_by_operator',
  });
  expect(await statusAtGates()).toBe(statuses.suspended);
  await send(blockOf(2, 'lifted'));
  const lifted = await card();
  expect(lifted.state).toBe('active');
  expect(lifted).not.toHaveProperty('operatorBlock');
  expect(await statusAtGates()).toBe(statuses.valid);
});

it('leaves the rider’s own block, put on before or meanwhile', async () => {
  await rider.call('POST /v1/cards/{cardId}/block', params());
  await send(blockOf(1, 'blocked'), blockOf(2, 'lifted'));
  expect(await card()).toMatchObject({ state: 'blocked' });
  await rider.call('POST /v1/cards/{cardId}/unblock', params());
  await send(blockOf(3, 'blocked'));
  expect(await rider.call('POST /v1/cards/{cardId}/block', params())).toMatchObject({ state: 'blocked' });
  await send(blockOf(4, 'lifted'));
  expect(await card()).toMatchObject({ state: 'blocked' });
  expect(await rider.call('POST /v1/cards/{cardId}/unblock', params())).toMatchObject({ state: 'active' });
});

it('counts each revision once and takes no older one', async () => {
  const results = await send(
    blockOf(2, 'blocked'),
    blockOf(2, 'blocked'),
    blockOf(1, 'lifted'),
    blockOf(3, 'lifted'),
  );
  expect(results.map(({ result }) => result)).toEqual(['applied', 'duplicate', 'duplicate', 'applied']);
  expect(await card()).toMatchObject({ state: 'active' });
});

it('stands while a block of another day stands', async () => {
  await issuer.db
    .insertInto('card_days')
    .values({
      card_id: cardId,
      service_day: '2026-11-22',
      card_ref: cardRef.replace(/./, '0'),
      status_idx: 7,
    })
    .execute();
  const yesterday = {
    serviceDay: '2026-11-22',
    cardRef: cardRef.replace(/./, '0'),
    reason: 'shared_card',
  } as const;
  await send(blockOf(1, 'blocked', yesterday), blockOf(1, 'blocked'), blockOf(2, 'lifted'));
  expect(await card()).toMatchObject({ state: 'blocked', operatorBlock: { reason: 'shared_card' } });
  await send(blockOf(2, 'lifted', yesterday));
  expect(await card()).toMatchObject({ state: 'active' });
});

it('refuses what it cannot read or does not know, and takes the others', async () => {
  expect(
    await send(
      { nothing: true },
      blockOf(1, 'blocked', { cardRef: 'f'.repeat(16) }),
      blockOf(1, 'blocked', { issuer: 2 }),
      blockOf(1, 'blocked'),
    ),
  ).toEqual([
    { result: 'refused', code: 'invalid_block' },
    { result: 'refused', code: 'unknown_card' },
    { result: 'refused', code: 'unknown_card' },
    { result: 'applied' },
  ]);
});

it('is for operators only', async () => {
  expect(
    await problemOf(rider.call('POST /v1/card-blocks', { body: { blocks: [blockOf(1, 'blocked')] } })),
  ).toEqual({ status: 401, code: 'not_signed_in' });
});
