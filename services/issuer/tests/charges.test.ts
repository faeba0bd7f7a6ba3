import { randomUUIDv7 } from 'node:crypto';
import type { Charge } from '@vedong/contracts';
import { decodeTicket } from '@vedong/ticket';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postJson, problemOf, startIssuer, type IssuerUnderTest, type Rider } from './issuer-under-test.ts';

let issuer: IssuerUnderTest;
let rider: Rider;
/** For tests that do not look at all of its history. */
let someCard: { cardId: string; cardRef: string };
beforeAll(async () => {
  issuer = await startIssuer({ WELCOME_CREDIT: '1000000' });
  rider = await issuer.signIn('0912000001');
  someCard = await usedCard();
});
afterAll(() => issuer.stop());

/** A card that has travelled today, and its reference. */
async function usedCard(of: Rider = rider): Promise<{ cardId: string; cardRef: string }> {
  const cardId = await of.makeCard();
  const { tickets } = await of.call('POST /v1/cards/{cardId}/tickets', {
    params: { cardId },
    body: { count: 1 },
  });
  return { cardId, cardRef: decodeTicket(tickets[0]!.ticket).cardRef };
}

const end = (at: string) => ({ gateId: '2A-01-in', nameVi: 'Cát Linh', nameEn: 'Cat Linh', at });

const chargeOf = (cardRef: string, changes: Partial<Charge> = {}): Charge => ({
  tripId: randomUUIDv7(),
  revision: 1,
  issuer: 1,
  serviceDay: '2026-11-23',
  cardRef,
  mode: 'metro',
  lineId: '2A',
  lineName: '2A',
  agency: 'Hanoi Metro',
  concession: 0,
  state: 'open',
  entry: end('2026-11-23T08:00:00.000+07:00'),
  exit: null,
  distanceMetres: null,
  fare: null,
  pricing: null,
  ...changes,
});

const send = async (...charges: unknown[]) =>
  (await issuer.operator('POST /v1/charges', { body: { charges } })).results;
const history = (cardId: string, query: { after?: string; limit?: number } = {}) =>
  rider.call('GET /v1/cards/{cardId}/trips', { params: { cardId }, query });

const applied = { result: 'applied' };
const duplicate = { result: 'duplicate' };
const invalid = { result: 'refused', code: 'invalid_charge' };
const unknownCard = { result: 'refused', code: 'unknown_card' };

describe('a charge', () => {
  it("stands in the card's history as the operator told it", async () => {
    const { cardId, cardRef } = await usedCard();
    const fare = { amount: 9000, currency: 'VND' };
    const charge = chargeOf(cardRef, { state: 'complete', exit: end('2026-11-23T08:20:00Z'), fare });
    expect(await send(charge)).toEqual([applied]);
    const { tripId, mode, lineName, state, entry, exit } = charge;
    expect(await history(cardId)).toEqual({
      trips: [
        {
          tripId,
          mode,
          lineName,
          state,
          entry,
          exit,
          fare,
          settled: { applied: 'fare', fullFare: fare, caps: [], passId: null },
        },
      ],
      next: null,
    });
  });

  it('counts once, in its highest revision, in whatever order revisions come', async () => {
    const { cardId, cardRef } = await usedCard();
    const first = chargeOf(cardRef);
    const second = {
      ...first,
      revision: 2,
      state: 'complete',
      exit: end('2026-11-23T08:20:00+07:00'),
    } as const;
    const third = { ...second, revision: 3, lineName: '2A Cát Linh - Hà Đông' };
    expect(await send(first)).toEqual([applied]);
    expect(await send(first)).toEqual([duplicate]);
    expect(await send(third)).toEqual([applied]);
    expect(await send(second)).toEqual([duplicate]);
    const { trips } = await history(cardId);
    expect(trips).toEqual([expect.objectContaining({ state: 'complete', lineName: third.lineName })]);
  });

  it('counts once within one call too', async () => {
    const { cardId, cardRef } = await usedCard();
    const first = chargeOf(cardRef);
    const second = { ...first, revision: 2, lineName: 'Hai' };
    expect(await send(first, second, second, { ...first, tripId: first.tripId.toUpperCase() })).toEqual([
      duplicate,
      applied,
      duplicate,
      duplicate,
    ]);
    expect((await history(cardId)).trips).toEqual([expect.objectContaining({ lineName: 'Hai' })]);
  });

  it('that was withdrawn is no longer shown, and an older revision does not bring it back', async () => {
    const { cardId, cardRef } = await usedCard();
    const lone = chargeOf(cardRef, {
      state: 'missing_entry',
      entry: null,
      exit: end('2026-11-23T09:00:00+07:00'),
    });
    await send(lone);
    expect((await history(cardId)).trips).toHaveLength(1);
    expect(await send({ ...lone, revision: 2, state: 'withdrawn' })).toEqual([applied]);
    expect(await send(lone)).toEqual([duplicate]);
    expect((await history(cardId)).trips).toEqual([]);
  });

  it('of a card the issuer does not know on that day is refused by itself', async () => {
    const { cardRef } = await usedCard();
    const results = await send(
      chargeOf('0123456789abcdef'),
      chargeOf(cardRef, { serviceDay: '2026-11-22' }),
      chargeOf(cardRef, { issuer: 2 }),
      chargeOf(cardRef),
    );
    expect(results).toEqual([unknownCard, unknownCard, unknownCard, applied]);
  });

  const good = chargeOf('0123456789abcdef');
  it.each([
    ['nothing', null],
    ['text', 'charge'],
    ['an empty object', {}],
    ['numbers as text', { ...good, revision: '1' }],
    ['a revision of 0', { ...good, revision: 0 }],
    ['a member too many', { ...good, note: '' }],
    ['no end at all', { ...good, entry: null }],
    ['a trip that is no UUID', { ...good, tripId: '1' }],
    ['a day that is none', { ...good, serviceDay: '2026-02-30' }],
    ['a day of the year 0', { ...good, serviceDay: '0000-01-01' }],
    ['a time before 1970', { ...good, entry: end('1969-12-31T23:59:59Z') }],
    ['a time without offset', { ...good, entry: end('2026-11-23T08:00:00') }],
    ['a zero byte in a name', { ...good, entry: { ...end('2026-11-23T08:00:00Z'), nameVi: 'a\u0000b' } }],
    ['half a character in a name', { ...good, lineName: 'a\ud800' }],
    ['a fare that is no whole number', { ...good, fare: { amount: 0.5, currency: 'VND' } }],
    ['a fare beyond all numbers', { ...good, fare: { amount: 1e300, currency: 'VND' } }],
    ['a fare no ride costs', { ...good, fare: { amount: 100_000_001, currency: 'VND' } }],
    ['a fare below zero', { ...good, fare: { amount: -1, currency: 'VND' } }],
    ['a fare in another currency', { ...good, fare: { amount: 9000, currency: 'EUR' } }],
  ])('with %s is refused and the others are stored', async (_, poison) => {
    const { cardId, cardRef } = someCard;
    expect(await send(chargeOf(cardRef), poison, chargeOf(cardRef))).toEqual([applied, invalid, applied]);
    expect((await history(cardId, { limit: 200 })).trips.length).toBeGreaterThanOrEqual(2);
  });

  it('may hold the largest numbers and the strangest times of its form', async () => {
    const payer = await issuer.signIn('0912000002');
    const { cardId, cardRef } = await usedCard(payer);
    const fare = { amount: 100_000_000, currency: 'VND' };
    const entry = end('2026-11-23T08:00:00+23:59');
    const charge = chargeOf(cardRef, { revision: Number.MAX_SAFE_INTEGER, fare, entry });
    expect(await send(charge)).toEqual([applied]);
    const { trips } = await payer.call('GET /v1/cards/{cardId}/trips', { params: { cardId }, query: {} });
    expect(trips).toEqual([expect.objectContaining({ fare, entry })]);
  });

  it('comes from the operator only', async () => {
    const body = { charges: [good] };
    for (const authorization of ['', 'Bearer wrong', 'Basic c2VydmljZQ==']) {
      const response = await postJson(`${issuer.url}/v1/charges`, body, { authorization });
      expect(response.status).toBe(401);
    }
    expect(await problemOf(rider.call('POST /v1/charges', { body }))).toEqual({
      status: 401,
      code: 'not_signed_in',
    });
  });

  it('comes with 500 at most, and 500 of the largest are taken', async () => {
    const name = 'Ẵ'.repeat(60);
    const long = {
      ...end('2026-11-23T08:00:00.000+07:00'),
      nameVi: name,
      nameEn: name,
      gateId: 'g'.repeat(64),
    };
    const charges = Array.from({ length: 500 }, () =>
      chargeOf('0123456789abcdef', { lineName: name, entry: long, exit: long }),
    );
    expect(await send(...charges)).toEqual(charges.map(() => unknownCard));
    expect(await problemOf(send(...charges, good))).toEqual({ status: 400, code: 'invalid_request' });
    expect(await problemOf(send())).toEqual({ status: 400, code: 'invalid_request' });
  });
});

describe("a card's history", () => {
  it('comes in pages, newest first, each trip once', async () => {
    const { cardId, cardRef } = await usedCard();
    const times = Array.from(
      { length: 7 },
      (_, index) => `2026-11-23T08:0${Math.floor(index / 2)}:00.000+07:00`,
    );
    const charges = times.map((at) => chargeOf(cardRef, { entry: end(at) }));
    await send(...charges);
    const seen = [];
    let after: string | null | undefined;
    do {
      const page = await history(cardId, { limit: 3, ...(after ? { after } : {}) });
      seen.push(...page.trips);
      after = page.next;
    } while (after);
    const expected = charges.toSorted((one, other) =>
      `${other.entry!.at} ${other.tripId}`.localeCompare(`${one.entry!.at} ${one.tripId}`),
    );
    expect(seen.map(({ tripId }) => tripId)).toEqual(expected.map(({ tripId }) => tripId));
  });

  it.each(['x', '0', Buffer.from('1 2').toString('base64url'), '%00'])(
    'refuses %j as a page',
    async (after) => {
      const { cardId } = someCard;
      expect(await problemOf(history(cardId, { after }))).toEqual({ status: 400, code: 'invalid_request' });
    },
  );
});
