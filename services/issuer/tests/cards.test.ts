import { decodeTicket, statuses } from '@vedong/ticket';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cardsPerRider } from '../src/cards.ts';
import { present, readStatusList } from './gate.ts';
import { problemOf, startIssuer, type IssuerUnderTest, type Rider } from './issuer-under-test.ts';
import { makePhone } from './phone-under-test.ts';

let issuer: IssuerUnderTest;
let rider: Rider;
beforeAll(async () => {
  issuer = await startIssuer();
  rider = await issuer.signIn('0912000001');
});
afterAll(() => issuer.stop());

const statusListOf = (serviceDay: string, headers: Record<string, string> = {}) =>
  fetch(`${issuer.url}/v1/status-lists/${serviceDay}`, { headers });

describe('a card', () => {
  it('is made and listed as its rider wants it', async () => {
    const card = await rider.call('POST /v1/cards', { body: { nickname: '  Đi làm ', colour: 'lake' } });
    expect(card).toEqual({
      cardId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      nickname: 'Đi làm',
      colour: 'lake',
      state: 'active',
      createdAt: '2026-11-23T03:00:00.000Z',
      concession: null,
    });
    expect(await rider.call('GET /v1/cards')).toEqual({ cards: [card] });
  });

  it('is one of ten at most, also when asked for all at once', async () => {
    const other = await issuer.signIn('0912000002');
    const made = await Promise.allSettled(Array.from({ length: cardsPerRider + 3 }, () => other.makeCard()));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(cardsPerRider);
    expect(await problemOf(other.makeCard())).toEqual({ status: 409, code: 'too_many_cards' });
  });

  it("of somebody else is not there, on any card's route", async () => {
    const params = { cardId: await rider.makeCard() };
    const stranger = await issuer.signIn('0912000003');
    const proof = await makePhone().prove(params.cardId, issuer.clock.nowMilliseconds());
    const calls = [
      () => stranger.call('POST /v1/cards/{cardId}/block', { params }),
      () => stranger.call('POST /v1/cards/{cardId}/unblock', { params }),
      () => stranger.call('POST /v1/cards/{cardId}/certificates', { params, body: { proof } }),
      () => stranger.call('POST /v1/cards/{cardId}/tickets', { params, body: { count: 1 } }),
      () => stranger.call('GET /v1/cards/{cardId}/trips', { params, query: {} }),
    ];
    for (const call of calls)
      expect(await problemOf(call())).toEqual({ status: 404, code: 'card_not_found' });
    const { cards } = await rider.call('GET /v1/cards');
    expect(cards.find(({ cardId }) => cardId === params.cardId)?.state).toBe('active');
  });
});

describe('a blocked card', () => {
  it('is suspended at gates for today and the days ahead, until it is unblocked', async () => {
    const params = { cardId: await rider.makeCard() };
    const phone = makePhone();
    const now = issuer.clock.nowMilliseconds();
    const body = { proof: await phone.prove(params.cardId, now) };
    const { certificates } = await rider.call('POST /v1/cards/{cardId}/certificates', { params, body });
    const ticket = await phone.show(certificates[0]!.certificate, now);
    expect(await present(issuer, ticket)).toMatchObject({ outcome: 'valid', statusChecked: true });

    const before = await readStatusList(issuer, '2026-11-23');
    expect(await rider.call('POST /v1/cards/{cardId}/block', { params })).toMatchObject({ state: 'blocked' });
    expect(await present(issuer, ticket)).toMatchObject({ outcome: 'rejected', reason: 'suspended' });
    for (const { serviceDay } of certificates) {
      const { list, version } = await readStatusList(issuer, serviceDay);
      expect(version).toBe(before.version + 1);
      expect(list.bytes.filter((byte) => byte !== 0)).toHaveLength(1);
    }
    const blocked = { status: 409, code: 'card_blocked' };
    expect(await problemOf(rider.call('POST /v1/cards/{cardId}/certificates', { params, body }))).toEqual(
      blocked,
    );
    expect(
      await problemOf(rider.call('POST /v1/cards/{cardId}/tickets', { params, body: { count: 1 } })),
    ).toEqual(blocked);

    await rider.call('POST /v1/cards/{cardId}/unblock', { params });
    expect(await present(issuer, ticket)).toMatchObject({ outcome: 'valid' });
  });

  it('stays blocked when blocked again, without a new version of the lists', async () => {
    const params = { cardId: await rider.makeCard() };
    await rider.call('POST /v1/cards/{cardId}/block', { params });
    const { version } = await readStatusList(issuer, '2026-11-23');
    expect(await rider.call('POST /v1/cards/{cardId}/block', { params })).toMatchObject({ state: 'blocked' });
    expect((await readStatusList(issuer, '2026-11-23')).version).toBe(version);
  });

  it('is on the list of every process', async () => {
    const params = { cardId: await rider.makeCard() };
    await rider.call('POST /v1/cards/{cardId}/tickets', { params, body: { count: 1 } });
    const another = await issuer.startAnother();
    const address = `${another.url}/v1/status-lists/2026-11-23`;
    const before = await fetch(address);
    await rider.call('POST /v1/cards/{cardId}/block', { params });
    const after = await fetch(address);
    await another.stop();
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
    expect(await after.text()).not.toBe(await before.text());
  });
});

describe('a status list', () => {
  it('is there for yesterday, today and the days for which phones hold certificates', async () => {
    const statusesOf = async (days: string[]) =>
      Promise.all(days.map(async (day) => (await statusListOf(day)).status));
    expect(await statusesOf(['2026-11-22', '2026-11-23', '2026-11-24', '2026-11-25'])).toEqual([
      200, 200, 200, 200,
    ]);
    expect(await statusesOf(['2026-11-21', '2026-11-26', '1970-01-01'])).toEqual([404, 404, 404]);
    expect(await statusesOf(['today', '2026-02-30', '1969-12-31', '20261123'])).toEqual([400, 400, 400, 400]);
    const missing = await statusListOf('2026-11-26');
    expect(await missing.json()).toMatchObject({ code: 'status_list_not_found' });
  });

  it('has room for every card and says nothing of those that are not blocked', async () => {
    const { list, ttl, exp, iat } = await readStatusList(issuer, '2026-11-22');
    expect(list.size).toBe(1_000_000);
    expect(list.get(999_999)).toBe(statuses.valid);
    expect(exp).toBeGreaterThan(iat + ttl);
  });

  it('keeps the place of every card when the capacity is lowered', async () => {
    const params = { cardId: await rider.makeCard() };
    const { tickets } = await rider.call('POST /v1/cards/{cardId}/tickets', { params, body: { count: 1 } });
    await rider.call('POST /v1/cards/{cardId}/block', { params });
    const lowered = await issuer.startAnother({ STATUS_LIST_CAPACITY: '4' });
    const { list } = await readStatusList({ ...issuer, anyone: lowered.anyone }, '2026-11-23');
    await lowered.stop();
    expect(list.get(decodeTicket(tickets[0]!.ticket).statusIdx)).toBe(statuses.suspended);
  });

  it('is not sent again to who has it', async () => {
    const first = await statusListOf('2026-11-23');
    expect(first.headers.get('content-type')).toMatch(/^application\/statuslist\+jwt/);
    expect(first.headers.get('cache-control')).toBe('public, max-age=15');
    const etag = first.headers.get('etag')!;
    const again = await statusListOf('2026-11-23', { 'if-none-match': etag });
    expect(again.status).toBe(304);
    expect(await again.text()).toBe('');

    issuer.clock.advance(3_600_000);
    const later = await statusListOf('2026-11-23', { 'if-none-match': etag });
    expect(later.status).toBe(200);
  });
});
