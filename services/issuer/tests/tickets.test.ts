import { decodeTicket, slotAt } from '@vedong/ticket';
import { create as createQr } from 'qrcode';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { present } from './gate.ts';
import { problemOf, startIssuer, type IssuerUnderTest, type Rider } from './issuer-under-test.ts';
import { makePhone, type Phone } from './phone-under-test.ts';

let issuer: IssuerUnderTest;
let rider: Rider;
let riders = 0;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());
beforeEach(async () => {
  issuer.clock.setNow(Date.parse('2026-11-23T10:00:00.000+07:00'));
  riders += 1;
  rider = await issuer.signIn(`0912000${String(riders).padStart(3, '0')}`);
});

const qrVersion = (text: string): number =>
  createQr([{ data: text, mode: 'alphanumeric' }], { errorCorrectionLevel: 'M' }).version;
const at = (time: string) => issuer.clock.setNow(Date.parse(time));

async function fetchTickets(cardId: string, count: number) {
  return rider.call('POST /v1/cards/{cardId}/tickets', { params: { cardId }, body: { count } });
}
async function fetchCertificates(cardId: string, phone: Phone) {
  const body = { proof: await phone.prove(cardId, issuer.clock.nowMilliseconds()) };
  return rider.call('POST /v1/cards/{cardId}/certificates', { params: { cardId }, body });
}

describe('a batch of S tickets', () => {
  it('is for one slot after another from now on, each good at its time only', async () => {
    const { tickets, nowMilliseconds } = await fetchTickets(await rider.makeCard(), 40);
    expect(nowMilliseconds).toBe(issuer.clock.nowMilliseconds());
    const first = slotAt(nowMilliseconds / 1000);
    expect(tickets.map(({ slot }) => slot)).toEqual(Array.from({ length: 40 }, (_, index) => first + index));
    expect(await present(issuer, tickets[39]!.ticket)).toMatchObject({ reason: 'clock_ahead' });
    for (const { slot, ticket } of tickets.slice(0, 5)) {
      issuer.clock.setNow(slot * 15_000);
      expect(await present(issuer, ticket)).toMatchObject({
        outcome: 'valid',
        statusChecked: true,
        ticket: { issuer: 1, keyNo: 1, slot, concession: 0, product: 0, scope: 0 },
      });
    }
    for (const { ticket } of tickets) expect(qrVersion(ticket)).toBe(6);
    expect(new Set(tickets.map(({ ticket }) => decodeTicket(ticket).cardRef))).toHaveLength(1);
  });

  it('has at most 40', async () => {
    const cardId = await rider.makeCard();
    for (const count of [0, 41, 1.5]) {
      expect(await problemOf(fetchTickets(cardId, count))).toEqual({ status: 400, code: 'invalid_request' });
    }
  });

  it('over 03:00 carries the reference of each service day', async () => {
    const cardId = await rider.makeCard();
    at('2026-11-24T02:59:45.000+07:00');
    const { tickets } = await fetchTickets(cardId, 4);
    const refs = tickets.map(({ ticket }) => decodeTicket(ticket).cardRef);
    expect(refs[0]).not.toBe(refs[1]);
    expect(refs.slice(1)).toEqual([refs[1], refs[1], refs[1]]);
    for (const { slot, ticket } of tickets) {
      issuer.clock.setNow(slot * 15_000);
      expect(await present(issuer, ticket)).toMatchObject({ outcome: 'valid', statusChecked: true });
    }
  });
});

describe('a card on a service day', () => {
  it('has one reference and one index in both profiles, also for requests at the same moment', async () => {
    const cardId = await rider.makeCard();
    const phone = makePhone();
    const answers = await Promise.all([
      fetchTickets(cardId, 1),
      fetchTickets(cardId, 1),
      fetchTickets(cardId, 1),
      fetchCertificates(cardId, phone),
    ]);
    const certificate = answers[3].certificates[0]!.certificate;
    const texts = [
      ...answers.slice(0, 3).map((answer) => ('tickets' in answer ? answer.tickets[0]!.ticket : '')),
      await phone.show(certificate, issuer.clock.nowMilliseconds()),
    ];
    const identities = texts.map((text) => {
      const { cardRef, statusIdx } = decodeTicket(text);
      return `${cardRef} ${statusIdx}`;
    });
    expect(new Set(identities)).toHaveLength(1);
  });
});

describe('the certificates for a phone', () => {
  it('are good today and on the days ahead, without asking again', async () => {
    const phone = makePhone();
    const { certificates } = await fetchCertificates(await rider.makeCard(), phone);
    expect(certificates).toEqual([
      {
        certificate: expect.stringMatching(/^[\w-]{167}$/) as string,
        serviceDay: '2026-11-23',
        validFrom: '2026-11-23T02:59:00.000Z',
        validUntil: '2026-11-23T22:00:00.000Z',
      },
      {
        certificate: expect.stringMatching(/^[\w-]{167}$/) as string,
        serviceDay: '2026-11-24',
        validFrom: '2026-11-23T20:00:00.000Z',
        validUntil: '2026-11-24T22:00:00.000Z',
      },
      {
        certificate: expect.stringMatching(/^[\w-]{167}$/) as string,
        serviceDay: '2026-11-25',
        validFrom: '2026-11-24T20:00:00.000Z',
        validUntil: '2026-11-25T22:00:00.000Z',
      },
    ]);
    const [today, tomorrow] = certificates;
    const show = (certificate: string) => phone.show(certificate, issuer.clock.nowMilliseconds());

    const code = await show(today!.certificate);
    expect(qrVersion(code)).toBe(10);
    expect(await present(issuer, code)).toMatchObject({ outcome: 'valid', statusChecked: true });
    expect(await present(issuer, await show(tomorrow!.certificate))).toMatchObject({
      reason: 'not_yet_valid',
    });

    at('2026-11-24T04:59:59.000+07:00');
    const lateRide = await present(issuer, await show(today!.certificate));
    expect(lateRide).toMatchObject({ outcome: 'valid', statusChecked: true });
    const nextDay = await present(issuer, await show(tomorrow!.certificate));
    expect(nextDay).toMatchObject({ outcome: 'valid', statusChecked: true });
    expect(lateRide.ticket?.cardRef).not.toBe(nextDay.ticket?.cardRef);

    at('2026-11-24T05:00:00.000+07:00');
    expect(await present(issuer, await show(today!.certificate))).toMatchObject({ reason: 'expired' });
  });

  it('never begin before their service day', async () => {
    const cardId = await rider.makeCard();
    at('2026-11-24T03:00:10.000+07:00');
    const { certificates } = await fetchCertificates(cardId, makePhone());
    expect(certificates[0]).toMatchObject({
      serviceDay: '2026-11-24',
      validFrom: '2026-11-23T20:00:00.000Z',
    });
    at('2026-11-24T02:59:50.000+07:00');
    const before = await fetchCertificates(cardId, makePhone());
    expect(before.certificates[0]).toMatchObject({ serviceDay: '2026-11-23' });
  });

  it('are of no use to another phone', async () => {
    const { certificates } = await fetchCertificates(await rider.makeCard(), makePhone());
    const copied = await makePhone().show(certificates[0]!.certificate, issuer.clock.nowMilliseconds());
    expect(await present(issuer, copied)).toEqual({ outcome: 'rejected', reason: 'bad_proof' });
  });
});

describe('a proof of the device key', () => {
  const cardOfProof = '01a2080a-1ae8-7eba-96ae-694050ee94ff';
  it.each([
    ['for another card', { payload: { cardId: cardOfProof } }],
    ['61 s old', { payload: { iat: Date.parse('2026-11-23T09:58:59+07:00') / 1000 } }],
    ['61 s ahead', { payload: { iat: Date.parse('2026-11-23T10:01:01+07:00') / 1000 } }],
    ['without iat', { payload: { iat: undefined } }],
    ['with iat as text', { payload: { iat: String(Date.parse('2026-11-23T10:00:00+07:00') / 1000) } }],
    ['that says more', { payload: { admin: true } }],
    ['of another type', { header: { typ: 'JWT' } }],
    ['with more in its header', { header: { kid: '1' } }],
    ['without a key', { header: { jwk: undefined } }],
    ['with a key that is no point', { header: { jwk: { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' } } }],
    ['by another key', { header: { jwk: makePhone().jwk } }],
  ])('%s is refused', async (_, changes) => {
    const cardId = await rider.makeCard();
    const proof = await makePhone().prove(cardId, issuer.clock.nowMilliseconds(), changes);
    const call = rider.call('POST /v1/cards/{cardId}/certificates', { params: { cardId }, body: { proof } });
    expect(await problemOf(call)).toEqual({ status: 400, code: 'bad_device_proof' });
  });

  it('is good up to 60 s either way', async () => {
    const cardId = await rider.makeCard();
    for (const iat of ['2026-11-23T09:59:00+07:00', '2026-11-23T10:01:00+07:00']) {
      const proof = await makePhone().prove(cardId, Date.parse(iat));
      const call = rider.call('POST /v1/cards/{cardId}/certificates', {
        params: { cardId },
        body: { proof },
      });
      expect((await call).certificates).toHaveLength(3);
    }
  });
});

describe('a full status list', () => {
  it('gives the last index away, then says so', async () => {
    const small = await startIssuer({ STATUS_LIST_CAPACITY: '4' });
    const fan = await small.signIn('0912000001');
    const take = async () => {
      const params = { cardId: await fan.makeCard() };
      const { tickets } = await fan.call('POST /v1/cards/{cardId}/tickets', { params, body: { count: 1 } });
      return decodeTicket(tickets[0]!.ticket).statusIdx;
    };
    const indexes = [await take(), await take(), await take(), await take()];
    expect(indexes.toSorted((one, other) => one - other)).toEqual([0, 1, 2, 3]);
    expect(await problemOf(take())).toEqual({ status: 503, code: 'status_list_full' });
    await small.stop();
  });
});
