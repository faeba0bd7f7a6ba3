/** Riders ask for corrections, the issuer forwards them, and the answer comes with a charge. */
import { randomUUIDv7 } from 'node:crypto';
import { createClient, type CorrectionWish, type OperatorApi, type TripCorrection } from '@vedong/contracts';
import { silentLog } from '@vedong/runtime/log';
import { serve, type TestServer } from '@vedong/testing/http';
import express from 'express';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { readServiceConfig } from '../src/config.ts';
import { openCorrectionsPerRider } from '../src/corrections.ts';
import { forwardCorrections, keepForwardingCorrections } from '../src/forward-corrections.ts';
import { startIssuer, type IssuerUnderTest, type Rider } from './issuer-under-test.ts';
import { balanceOf, makeTravellingCard, ride, sendCharges, type TravellingCard } from './money-under-test.ts';

let issuer: IssuerUnderTest;
let rider: Rider;
let card: TravellingCard;
let phones = 0;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.stop());
beforeEach(async () => {
  phones += 1;
  rider = await issuer.signIn(`09123456${String(phones).padStart(2, '0')}`);
  card = await makeTravellingCard(rider);
  await forwardAll();
});

/** An operator that takes what it is sent, or answers as the test says. */
let operator: TestServer | undefined;
const taken: { requestId: string }[] = [];
let authorization: string | undefined;
async function startOperator(results?: object[], status = 200): Promise<string> {
  const app = express().use(express.json());
  app.post('/v1/correction-requests', (request, response) => {
    const { requests } = request.body as { requests: { requestId: string }[] };
    authorization = request.get('authorization');
    taken.push(...requests);
    response.status(status).json({ results: results ?? requests.map(() => ({ result: 'stored' })) });
  });
  await operator?.stop();
  operator = await serve(app);
  return operator.url;
}
afterEach(async () => {
  await operator?.stop();
  operator = undefined;
  taken.length = 0;
});
const forward = (url: string) =>
  forwardCorrections(issuer, createClient<OperatorApi>(url, { headers: () => ({}) }));
async function forwardAll(): Promise<void> {
  await forward(await startOperator());
  taken.length = 0;
}

const missingExit = (time: string) =>
  ride(card.cardRef, time, {
    state: 'missing_exit',
    exit: null,
    fare: { amount: 20_000, currency: 'VND' },
    pricing: {
      tariffId: 'hanoi-2026',
      basis: 'incomplete',
      faceValue: { amount: 20_000, currency: 'VND' },
      steps: [],
    },
  });
const wishOf = (changes: Partial<CorrectionWish> = {}) => ({
  requestId: randomUUIDv7(),
  kind: 'forgot_tap' as const,
  placeName: 'Láng',
  ...changes,
});
const ask = (tripId: string, wish: Partial<CorrectionWish> = wishOf(), by = rider) =>
  by.call('POST /v1/cards/{cardId}/trips/{tripId}/corrections', {
    params: { cardId: card.cardId, tripId },
    body: wishOf(wish),
  });
const story = (tripId: string) =>
  rider.call('GET /v1/cards/{cardId}/trips/{tripId}', { params: { cardId: card.cardId, tripId } });
const answerTo = (requestId: string | null, kind: TripCorrection['kind']): TripCorrection => ({
  decisionId: randomUUIDv7(),
  requestId,
  kind,
  place: kind === 'complete' ? { nameVi: 'Láng', nameEn: 'Lang' } : null,
  reason: 'Theo lời khách',
  at: '2026-11-23T05:00:00.000Z',
});

it('keeps a request, forwards it, and shows the answer and the money that came back', async () => {
  const trip = missingExit('07:00');
  await sendCharges(issuer, trip);
  const { requestId } = wishOf();
  const asked = await ask(trip.tripId, { requestId, words: 'Cổng mở sẵn' });
  expect(asked).toMatchObject({
    request: { requestId, state: 'sending', words: 'Cổng mở sẵn' },
    answer: null,
  });
  expect(await ask(trip.tripId, { requestId, words: 'Cổng mở sẵn' })).toEqual(asked);

  expect(await forward(await startOperator())).toBe(false);
  expect(taken).toEqual([
    {
      requestId,
      tripId: trip.tripId,
      serviceDay: '2026-11-23',
      kind: 'forgot_tap',
      placeName: 'Láng',
      words: 'Cổng mở sẵn',
      askedAt: asked.request?.askedAt,
    },
  ]);
  await forward(operator!.url);
  expect(taken).toHaveLength(1);
  expect((await story(trip.tripId)).corrections).toMatchObject([
    { request: { state: 'waiting' }, answer: null },
  ]);
  expect(await balanceOf(rider)).toBe(-20_000);

  const answer = answerTo(requestId, 'complete');
  const end = { ...trip.entry!, gateId: null, nameVi: 'Láng', nameEn: 'Lang', source: 'correction' as const };
  const completed = ride(card.cardRef, '07:00', {
    tripId: trip.tripId,
    revision: 2,
    exit: end,
    corrections: [answer],
  });
  expect(await sendCharges(issuer, completed)).toEqual(['applied']);
  expect(await story(trip.tripId)).toMatchObject({
    trip: { state: 'complete', exit: { source: 'correction', nameVi: 'Láng' }, fare: { amount: 9000 } },
    corrections: [{ request: { requestId, state: 'answered' }, answer }],
    entries: [
      { kind: 'trip_adjustment', amount: { amount: 11_000 } },
      { kind: 'trip', amount: { amount: -20_000 } },
    ],
  });
  expect(await balanceOf(rider)).toBe(-9000);
});

it('shows a refusal, and what staff did by themselves; a waived trip costs nothing', async () => {
  const trip = missingExit('07:00');
  await sendCharges(issuer, trip);
  const asked = await ask(trip.tripId);
  const refused = answerTo(asked.request!.requestId, 'refuse');
  await sendCharges(issuer, { ...trip, revision: 2, corrections: [refused] });
  expect((await story(trip.tripId)).corrections).toMatchObject([
    { request: { state: 'answered' }, answer: refused },
  ]);
  expect(await balanceOf(rider)).toBe(-20_000);
  const waived = { ...answerTo(null, 'waive'), at: '2026-11-24T05:00:00.000Z' };
  const pricing = { ...trip.pricing!, basis: 'waived' as const };
  const fare = { amount: 0, currency: 'VND' };
  await sendCharges(issuer, { ...trip, revision: 3, fare, pricing, corrections: [refused, waived] });
  const told = await story(trip.tripId);
  expect(told.corrections).toMatchObject([{ answer: refused }, { request: null, answer: waived }]);
  expect(told.trip.settled).toMatchObject({ applied: 'waived', fullFare: { amount: 20_000 } });
  expect(await balanceOf(rider)).toBe(0);
});

it('says why it does not take a request', async () => {
  const [open, whole] = [missingExit('07:00'), ride(card.cardRef, '08:00')];
  await sendCharges(issuer, open, whole);
  const problem = (status: number, code: string) => ({ status, code });
  await expect(ask(randomUUIDv7())).rejects.toMatchObject(problem(404, 'trip_not_found'));
  await expect(ask(whole.tripId)).rejects.toMatchObject(problem(409, 'nothing_missing'));
  await expect(ask(whole.tripId, { placeName: null, words: ' ' })).rejects.toMatchObject(
    problem(400, 'invalid_request'),
  );
  await expect(ask(whole.tripId, { words: 'a'.repeat(501) })).rejects.toMatchObject(
    problem(400, 'invalid_request'),
  );
  const stranger = await issuer.signIn('0987654321');
  await expect(ask(open.tripId, {}, stranger)).rejects.toMatchObject(problem(404, 'card_not_found'));
  const { request } = await ask(whole.tripId, { kind: 'wrong', placeName: null, words: 'Không phải tôi' });
  await expect(ask(open.tripId, { requestId: request!.requestId })).rejects.toMatchObject(
    problem(409, 'request_id_used'),
  );
  await expect(ask(whole.tripId, { kind: 'wrong' })).rejects.toMatchObject(problem(409, 'correction_open'));
});

it(`takes ${openCorrectionsPerRider} open requests of a rider, and another when one is answered`, async () => {
  const trips = Array.from({ length: openCorrectionsPerRider + 1 }, (_, index) =>
    missingExit(`1${index}:00`),
  );
  await sendCharges(issuer, ...trips);
  const asked = [];
  for (const { tripId } of trips.slice(0, -1)) asked.push(await ask(tripId));
  const last = trips.at(-1)!.tripId;
  await expect(ask(last)).rejects.toMatchObject({ status: 409, code: 'too_many_corrections' });
  const answer = answerTo(asked[0]!.request!.requestId, 'refuse');
  await sendCharges(issuer, { ...trips[0]!, revision: 2, corrections: [answer] });
  expect(await ask(last)).toMatchObject({ request: { state: 'sending' } });
});

it('holds requests while the operator is away, and says which it did not take', async () => {
  const [one, other] = [missingExit('07:00'), missingExit('09:00')];
  await sendCharges(issuer, one, other);
  await ask(one.tripId);
  await ask(other.tripId);
  await expect(forward(await startOperator([], 503))).rejects.toMatchObject({ status: 503 });
  expect((await story(one.tripId)).corrections).toMatchObject([{ request: { state: 'sending' } }]);
  await forward(
    await startOperator([{ result: 'refused', code: 'trip_not_found' }, { result: 'duplicate' }]),
  );
  expect((await story(one.tripId)).corrections).toMatchObject([{ request: { state: 'not_taken' } }]);
  expect((await story(other.tripId)).corrections).toMatchObject([{ request: { state: 'waiting' } }]);
});

it('forwards by itself, as the operator’s known caller, until it is stopped', async () => {
  const trip = missingExit('07:00');
  await sendCharges(issuer, trip);
  const url = await startOperator();
  const config = readServiceConfig({ ...issuer.env, OPERATOR_URL: url });
  const stop = keepForwardingCorrections(issuer, config, silentLog);
  const { request } = await ask(trip.tripId);
  await expect
    .poll(() => taken.map(({ requestId }) => requestId), { timeout: 30_000 })
    .toEqual([request!.requestId]);
  expect(authorization).toBe(`Bearer ${config.serviceToken}`);
  await stop();
  await keepForwardingCorrections(issuer, readServiceConfig(issuer.env), silentLog)();
});
