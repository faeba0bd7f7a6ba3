/** Concessions from the application to the ticket, and until they end. */
import { randomUUID } from 'node:crypto';
import { largestPictureBytes, type ConcessionCategory } from '@vedong/contracts';
import { decodeTicket } from '@vedong/ticket';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { putTerms } from '../src/db/terms.ts';
import { problemOf, startIssuer, type IssuerUnderTest, type Rider } from './issuer-under-test.ts';
import { listFares, ride, sendCharges } from './money-under-test.ts';
import { products, terms } from './tariff-terms.ts';

let issuer: IssuerUnderTest;
let rider: Rider;
let cardId: string;
let riderCount = 0;
beforeAll(async () => {
  issuer = await startIssuer({ WELCOME_CREDIT: '500000' });
  await putTerms(issuer.db, terms);
});
beforeEach(async () => {
  issuer.clock.setNow(Date.parse('2026-11-23T10:00:00+07:00'));
  rider = await issuer.signIn(`09170001${String((riderCount += 1)).padStart(2, '0')}`);
  cardId = await rider.makeCard();
});
afterAll(() => issuer.stop());

const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(1000, 7)]);

const apply = (
  category: ConcessionCategory,
  picture: Uint8Array<ArrayBuffer> = Buffer.from(jpeg),
  who = rider,
) =>
  who.call('POST /v1/cards/{cardId}/concession-applications', {
    params: { cardId },
    query: { category },
    upload: new Blob([picture], { type: 'image/jpeg' }),
  });
const decide = (applicationId: string, decision: 'approve' | 'refuse', until: string | null = null) =>
  issuer.operator('POST /v1/staff/concession-applications/{applicationId}/decision', {
    params: { applicationId },
    body: { decision, reason: 'Giấy tờ hợp lệ', until, by: { email: 'An@vedong.example' } },
  });
const look = (applicationId: string) =>
  issuer.operator('GET /v1/staff/concession-applications/{applicationId}/picture', {
    params: { applicationId },
  });
const state = () => rider.call('GET /v1/cards/{cardId}/concession', { params: { cardId } });
const ticket = async () => {
  const { tickets } = await rider.call('POST /v1/cards/{cardId}/tickets', {
    params: { cardId },
    body: { count: 1 },
  });
  return decodeTicket(tickets[0]!.ticket);
};
const grant = async (category: ConcessionCategory, until = '2027-06-30') =>
  decide((await apply(category)).applicationId, 'approve', until);

it('approved, the card carries the class into its tickets until its last day', async () => {
  expect((await ticket()).concession).toBe(0);
  const { applicationId } = await apply('student');
  expect((await state()).application).toMatchObject({ state: 'waiting', category: 'student' });
  const { applications } = await issuer.operator('GET /v1/staff/concession-applications', { query: {} });
  expect(applications.map((one) => one.applicationId)).toContain(applicationId);
  expect(Buffer.from((await look(applicationId)).jpegBase64, 'base64')).toEqual(jpeg);
  expect(await decide(applicationId, 'approve', '2026-11-24')).toMatchObject({
    state: 'approved',
    decidedBy: 'an@vedong.example',
  });
  expect(await state()).toMatchObject({
    concession: { category: 'student', class: 1, until: '2026-11-24' },
    application: { state: 'approved', reason: 'Giấy tờ hợp lệ' },
  });
  const { cards } = await rider.call('GET /v1/cards');
  expect(cards[0]?.concession).toMatchObject({ class: 1 });
  expect((await ticket()).concession).toBe(1);
  issuer.clock.setNow(Date.parse('2026-11-25T10:00:00+07:00'));
  expect((await state()).concession).toBeNull();
  expect((await ticket()).concession).toBe(0);
});

it('the picture is kept sealed, and deleted with the decision', async () => {
  const { applicationId } = await apply('elderly');
  const row = () =>
    issuer.db
      .selectFrom('concession_applications')
      .where('application_id', '=', applicationId)
      .select('picture_sealed')
      .executeTakeFirstOrThrow();
  const { picture_sealed: sealed } = await row();
  expect(sealed!.includes(jpeg.subarray(0, 200))).toBe(false);
  await decide(applicationId, 'refuse');
  expect(await row()).toEqual({ picture_sealed: null });
  expect(await problemOf(look(applicationId))).toEqual({ status: 409, code: 'application_not_waiting' });
  expect(await state()).toMatchObject({
    concession: null,
    application: { state: 'refused', reason: 'Giấy tờ hợp lệ' },
  });
  // Refused, the rider may apply again.
  await apply('elderly');
});

it('riders of a free category pay nothing, and the trip says why', async () => {
  await grant('elderly');
  const { cardRef, concession } = await ticket();
  expect(concession).toBe(2);
  await sendCharges(issuer, ride(cardRef, '10:00', { concession }));
  expect(await listFares(rider, cardId)).toEqual([[0, 'free_category']]);
});

it('passes for a class are sold to that class alone, others to everybody', async () => {
  const buy = (productNo: number) =>
    rider.call('POST /v1/cards/{cardId}/passes', {
      params: { cardId },
      body: { productNo, purchaseId: randomUUID() },
    });
  expect(await problemOf(buy(products.student))).toEqual({ status: 409, code: 'concession_needed' });
  await grant('student', '2026-11-23');
  expect(await buy(products.student)).toMatchObject({ price: { amount: 50_000 } });
  expect(await buy(products.network)).toMatchObject({ price: { amount: 200_000 } });
  issuer.clock.setNow(Date.parse('2026-12-24T10:00:00+07:00'));
  expect(await problemOf(buy(products.student))).toEqual({ status: 409, code: 'concession_needed' });
});

it('a card has one application that waits, and many at once are one', async () => {
  const answers = await Promise.allSettled(Array.from({ length: 8 }, () => apply('worker')));
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await problemOf(apply('worker'))).toEqual({ status: 409, code: 'application_waits' });
});

it('takes a JPEG picture of limited size and nothing else', async () => {
  expect(await problemOf(apply('student', Buffer.from('<svg/>')))).toEqual({
    status: 400,
    code: 'not_a_picture',
  });
  const large = Buffer.concat([jpeg, Buffer.alloc(largestPictureBytes)]);
  expect(await problemOf(apply('student', large))).toMatchObject({ code: 'body_too_large' });
  const response = await fetch(`${issuer.url}/v1/cards/${cardId}/concession-applications?category=student`, {
    method: 'POST',
    headers: { 'content-type': 'image/png', cookie: rider.cookie },
    body: 'x',
  });
  expect(response.status).toBe(415);
});

it('is limited to a few applications a day', async () => {
  const tries = Array.from({ length: 11 }, () => apply('student', Buffer.from('x')));
  const codes = (await Promise.all(tries.map(problemOf))).map(({ code }) => code);
  expect(codes.filter((code) => code === 'too_many_requests')).toHaveLength(1);
});

it.each([null, '2026-11-22', '2028-11-30'])('is not approved until %s', async (until) => {
  const { applicationId } = await apply('student');
  expect(await problemOf(decide(applicationId, 'approve', until))).toEqual({
    status: 400,
    code: 'validity_out_of_range',
  });
});

it('is decided once', async () => {
  const { applicationId } = await apply('student');
  await decide(applicationId, 'approve', '2027-06-30');
  expect(await problemOf(decide(applicationId, 'refuse'))).toEqual({
    status: 409,
    code: 'application_not_waiting',
  });
  const unknown = randomUUID();
  expect(await problemOf(decide(unknown, 'refuse'))).toMatchObject({ code: 'application_not_found' });
  expect(await problemOf(look(unknown))).toMatchObject({ code: 'application_not_found' });
});

it('of somebody else’s card is not there', async () => {
  const other = await issuer.signIn('0917000199');
  expect(await problemOf(apply('student', Buffer.from(jpeg), other))).toMatchObject({
    code: 'card_not_found',
  });
  expect(
    await problemOf(other.call('GET /v1/cards/{cardId}/concession', { params: { cardId } })),
  ).toMatchObject({ code: 'card_not_found' });
});
