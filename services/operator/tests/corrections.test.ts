/** Tap-off, inferred exits, riders' requests and staff's decisions, on a real database. */
import { randomUUIDv7 } from 'node:crypto';
import type { Charge, CorrectionRequest, DecisionWish } from '@vedong/contracts';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { leaseCharges } from '../src/db/outbox.ts';
import { importTariff } from '../src/import-tariff.ts';
import { smallTariff } from './small-tariff.ts';
import {
  account,
  putTestNetwork,
  serviceToken,
  signIn,
  startTestOperator,
  type TestOperator,
} from './test-operator.ts';
import { enrolTestValidator, recordOf, type TestValidator } from './test-validator.ts';

let operator: TestOperator;
let validator: TestValidator;
let issuer: TestOperator['staff'];
let cardRef = '';

beforeAll(async () => {
  operator = await startTestOperator('2026-11-23T20:00:00+07:00');
  validator = await enrolTestValidator(operator);
  const { validatorId } = validator;
  await putTestNetwork(operator, validatorId);
  // A bus to tap off from: its stop p5 is across the street from p3, p6 far from everything.
  const place = (placeId: string, latitude: number) => ({
    placeId,
    nameVi: `Điểm ${placeId}`,
    nameEn: `Stop ${placeId}`,
    latitude,
    longitude: 105.8,
  });
  await operator.staff('PUT /v1/network', {
    body: {
      places: [
        place('p1', 20.9),
        place('p2', 20.95),
        place('p3', 21),
        place('p4', 21.05),
        place('p5', 21.001),
        place('p6', 21.2),
      ],
      lines: [
        {
          lineId: 'B',
          nameVi: 'Buýt B',
          nameEn: 'Bus B',
          mode: 'bus',
          agency: 'Bus',
          scope: 77,
          tapPolicy: 'tap_on_off',
        },
      ],
    },
  });
  await operator.staff('PUT /v1/gates', {
    body: {
      gates: ['p5', 'p6'].flatMap((placeId) => [
        { gateId: `b-${placeId}-on`, kind: 'board' as const, lineId: 'B', placeId, validatorId },
        { gateId: `b-${placeId}-off`, kind: 'alight' as const, lineId: 'B', placeId, validatorId },
      ]),
    },
  });
  await importTariff(
    operator.db,
    { texts: smallTariff() },
    {
      from: '2026-01-01',
      to: null,
      name: 'Small',
      importedBy: 'test',
      now: new Date(operator.clock.nowMilliseconds()),
    },
  );
  issuer = operator.clientOf({ authorization: `Bearer ${serviceToken}` });
});
afterAll(() => operator.stop());
beforeEach(() => {
  cardRef = randomUUIDv7().replaceAll('-', '').slice(-16);
});

const start = Date.parse('2026-11-23T07:00:00+07:00');
const planOf = (gateId: string, minutes: number) => ({
  gateId,
  at: new Date(start + minutes * 60_000).toISOString(),
  cardRef,
  tapId: randomUUIDv7(),
});
let sent = 0;
async function tap(...plans: ReturnType<typeof planOf>[]): Promise<void> {
  for (const plan of plans) {
    validator.write(recordOf(plan));
    sent += 1;
    await validator.send(sent);
  }
  await operator.pair();
}
const story = (tripId: string) => operator.staff('GET /v1/trips/{tripId}', { params: { tripId } });
const requestOf = (tripId: string, changes: Partial<CorrectionRequest> = {}): CorrectionRequest => ({
  requestId: randomUUIDv7(),
  tripId,
  serviceDay: '2026-11-23',
  kind: 'forgot_tap',
  placeName: 'Ga 3',
  words: '',
  askedAt: '2026-11-23T12:00:00.000Z',
  ...changes,
});
const ask = async (...requests: CorrectionRequest[]) =>
  (await issuer('POST /v1/correction-requests', { body: { requests } })).results;
const decide = async (tripId: string, wish: Partial<DecisionWish> & { kind: DecisionWish['kind'] }) => {
  const body = { decisionId: randomUUIDv7(), reason: 'Theo lời khách', ...wish };
  const decision = await operator.staff('POST /v1/trips/{tripId}/decisions', { params: { tripId }, body });
  await operator.pair();
  return decision;
};
const queue = async (state: 'open' | 'answered') =>
  (await operator.staff('GET /v1/correction-requests', { query: { state, limit: 200 } })).requests;
/** The newest charge of a trip, as the issuer would get it. */
async function chargeOf(tripId: string): Promise<Charge | undefined> {
  const later = operator.clock.nowMilliseconds() + 60_000;
  operator.clock.setNow(later);
  return (await leaseCharges(operator.db, 1000, later)).find((charge) => charge.tripId === tripId);
}

it('pairs boarding and tap-off of a bus line that asks for both, and refuses such gates elsewhere', async () => {
  const [on, off] = [planOf('b-p5-on', 0), planOf('b-p6-off', 20)];
  await tap(on, off);
  const { trip, taps } = await story(on.tapId);
  expect(trip).toMatchObject({
    state: 'complete',
    mode: 'bus',
    exit: { gateId: 'b-p6-off', nameEn: 'Stop p6' },
  });
  expect(taps.map(({ tapId }) => tapId)).toEqual([on.tapId, off.tapId]);
  const found = await operator.staff('GET /v1/trips', { query: { cardRef, gateId: 'b-p6-off' } });
  expect(found.trips).toHaveLength(1);
  const gate = {
    gateId: 'b1-off',
    kind: 'alight',
    lineId: '32',
    placeId: 'p1',
    validatorId: validator.validatorId,
  } as const;
  await expect(operator.staff('PUT /v1/gates', { body: { gates: [gate] } })).rejects.toMatchObject({
    status: 400,
    code: 'kind_not_of_line',
  });
});

it('infers a missing exit from the next tap at a stop near a station, and says from which', async () => {
  const [entry, bus] = [planOf('m1-in', 0), planOf('b-p5-on', 30)];
  await tap(entry, bus);
  const { trip, taps, inferredFrom } = await story(entry.tapId);
  expect(trip).toMatchObject({
    state: 'complete',
    exit: { gateId: null, nameEn: 'Stop p3', at: bus.at, source: 'inferred' },
    fare: { amount: 12_000 },
    pricing: { basis: 'tariff' },
  });
  expect(inferredFrom).toBe(bus.tapId);
  expect(taps.map(({ tapId }) => tapId)).toEqual([entry.tapId, bus.tapId]);
  expect(await chargeOf(entry.tapId)).toMatchObject({
    exit: { source: 'inferred' },
    fare: { amount: 12_000 },
  });
  // The exit comes late after all.
  const exit = planOf('m2-out', 20);
  await tap(exit);
  expect(await story(entry.tapId)).toMatchObject({
    trip: { revision: 2, exit: { gateId: 'm2-out' }, fare: { amount: 1000 } },
    inferredFrom: null,
  });
});

it('does not infer from a stop that is far from the line', async () => {
  const [entry, bus] = [planOf('m1-in', 0), planOf('b-p6-on', 30)];
  await tap(entry, bus);
  expect((await story(entry.tapId)).trip).toMatchObject({ state: 'missing_exit', fare: { amount: 20_000 } });
});

it('keeps a request, shows it with its trip, and a decision completes the trip at a lower price', async () => {
  const entry = planOf('m1-in', 0);
  await tap(entry);
  const request = requestOf(entry.tapId, { words: 'Cổng ra mở sẵn' });
  expect(await ask(request, requestOf(randomUUIDv7()))).toEqual([
    { result: 'stored' },
    { result: 'refused', code: 'trip_not_found' },
  ]);
  expect(await ask(request)).toEqual([{ result: 'duplicate' }]);
  const open = await queue('open');
  expect(open.find(({ requestId }) => requestId === request.requestId)).toMatchObject({
    placeName: 'Ga 3',
    words: 'Cổng ra mở sẵn',
    trip: { tripId: entry.tapId, state: 'missing_exit', fare: { amount: 20_000 } },
    answer: null,
  });

  const decision = await decide(entry.tapId, { kind: 'complete', placeId: 'p2' });
  expect(decision).toMatchObject({
    requestId: request.requestId,
    kind: 'complete',
    place: { nameVi: 'Điểm p2' },
    decidedBy: account.email,
  });
  const told = await story(entry.tapId);
  expect(told).toMatchObject({
    trip: {
      revision: 2,
      state: 'complete',
      exit: { gateId: null, nameEn: 'Stop p2', source: 'correction', at: entry.at },
      fare: { amount: 1000 },
    },
    requests: [{ requestId: request.requestId }],
    decisions: [decision],
    charge: { revision: 2, result: 'waiting' },
  });
  const { decidedBy: _, ...correction } = decision;
  expect(await chargeOf(entry.tapId)).toMatchObject({
    revision: 2,
    fare: { amount: 1000 },
    corrections: [correction],
  });
  expect((await queue('open')).map(({ requestId }) => requestId)).not.toContain(request.requestId);
  expect((await queue('answered')).find(({ requestId }) => requestId === request.requestId)).toMatchObject({
    answer: decision,
  });
});

it('tells a refusal as a revision that changes nothing else', async () => {
  const entry = planOf('m1-in', 0);
  await tap(entry);
  const { requestId } = requestOf('');
  await ask(requestOf(entry.tapId, { requestId, kind: 'wrong', placeName: null, words: 'Tôi không đi' }));
  await decide(entry.tapId, { kind: 'refuse', reason: 'Có lượt quét của thẻ này' });
  expect(await chargeOf(entry.tapId)).toMatchObject({
    revision: 2,
    state: 'missing_exit',
    fare: { amount: 20_000 },
    corrections: [{ requestId, kind: 'refuse', place: null, reason: 'Có lượt quét của thẻ này' }],
  });
  await expect(decide(entry.tapId, { kind: 'refuse' })).rejects.toMatchObject({
    status: 409,
    code: 'nothing_to_refuse',
  });
});

it('waives a trip without a request, and takes it back', async () => {
  const [entry, exit] = [planOf('m1-in', 0), planOf('m3-out', 20)];
  await tap(entry, exit);
  await decide(entry.tapId, { kind: 'waive' });
  expect((await story(entry.tapId)).trip).toMatchObject({
    fare: { amount: 0 },
    pricing: { basis: 'waived', faceValue: { amount: 12_000 } },
  });
  await decide(entry.tapId, { kind: 'as_tapped' });
  expect((await story(entry.tapId)).trip).toMatchObject({ revision: 3, fare: { amount: 12_000 } });
});

it('gives the same trip whatever comes first, the late tap or the decision', async () => {
  const results = [];
  for (const isTapFirst of [true, false]) {
    cardRef = randomUUIDv7().replaceAll('-', '').slice(-16);
    const [entry, exit] = [planOf('m1-in', 0), planOf('m3-out', 20)];
    await tap(entry);
    await decide(entry.tapId, { kind: 'complete', placeId: 'p2' });
    if (isTapFirst) await tap(exit);
    await decide(entry.tapId, { kind: 'complete', placeId: 'p4' }).catch(() => undefined);
    if (!isTapFirst) await tap(exit);
    const { state, exit: end, fare } = (await story(entry.tapId)).trip;
    results.push({ state, gateId: end?.gateId, fare });
  }
  expect(results[0]).toEqual({
    state: 'complete',
    gateId: 'm3-out',
    fare: { amount: 12_000, currency: 'VND' },
  });
  expect(results[1]).toEqual(results[0]);
});

it('says why it does not take a decision', async () => {
  const [entry, whole, exit] = [planOf('m1-in', 0), planOf('m2-in', 300), planOf('m3-out', 320)];
  await tap(entry, whole, exit);
  const problem = (status: number, code: string) => ({ status, code });
  const complete = (tripId: string, placeId: string) => decide(tripId, { kind: 'complete', placeId });
  await expect(complete(whole.tapId, 'p4')).rejects.toMatchObject(problem(409, 'nothing_missing'));
  await expect(complete(entry.tapId, 'p6')).rejects.toMatchObject(problem(400, 'unknown_place'));
  await expect(complete(entry.tapId, 'p1')).rejects.toMatchObject(problem(400, 'unknown_place'));
  await expect(complete(randomUUIDv7(), 'p2')).rejects.toMatchObject(problem(404, 'trip_not_found'));
  await expect(decide(entry.tapId, { kind: 'complete' })).rejects.toMatchObject(
    problem(400, 'invalid_request'),
  );
  await expect(decide(entry.tapId, { kind: 'waive', reason: ' ' })).rejects.toMatchObject(
    problem(400, 'invalid_request'),
  );
  const decisionId = randomUUIDv7();
  const once = await decide(entry.tapId, { decisionId, kind: 'complete', placeId: 'p2' });
  expect(await decide(entry.tapId, { decisionId, kind: 'complete', placeId: 'p2' })).toEqual(once);
  await expect(decide(entry.tapId, { decisionId, kind: 'waive' })).rejects.toMatchObject(
    problem(409, 'decision_id_used'),
  );
  expect((await story(entry.tapId)).decisions).toHaveLength(1);
  for (let more = 1; more < 20; more += 1) await decide(entry.tapId, { kind: 'waive' });
  await expect(decide(entry.tapId, { kind: 'waive' })).rejects.toMatchObject(
    problem(409, 'too_many_decisions'),
  );
});

it('never edits a decision, and takes none from strangers', async () => {
  const entry = planOf('m1-in', 0);
  await tap(entry);
  await decide(entry.tapId, { kind: 'waive' });
  await expect(
    operator.db
      .updateTable('trip_decisions')
      .set({ reason: 'x' })
      .where('trip_id', '=', entry.tapId)
      .execute(),
  ).rejects.toThrow('append-only');
  await expect(
    operator.db.deleteFrom('trip_decisions').where('trip_id', '=', entry.tapId).execute(),
  ).rejects.toThrow('append-only');
  const params = { tripId: entry.tapId };
  const body = { decisionId: randomUUIDv7(), kind: 'waive', reason: 'xyz' } as const;
  await expect(operator.anyone('POST /v1/trips/{tripId}/decisions', { params, body })).rejects.toMatchObject({
    status: 401,
  });
  const { cookie } = await signIn(operator.url);
  await expect(
    operator.clientOf({ cookie })('POST /v1/correction-requests', {
      body: { requests: [requestOf(entry.tapId)] },
    }),
  ).rejects.toMatchObject({ status: 401 });
});

it('hides a request about a trip that a late tap made part of another', async () => {
  const [exit, entry] = [planOf('m3-out', 20), planOf('m1-in', 0)];
  await tap(exit);
  const request = requestOf(exit.tapId);
  await ask(request);
  const isOpen = async () => (await queue('open')).some(({ requestId }) => requestId === request.requestId);
  expect(await isOpen()).toBe(true);
  await tap(entry);
  expect(await isOpen()).toBe(false);
  await expect(decide(exit.tapId, { kind: 'waive' })).rejects.toMatchObject({ code: 'trip_not_found' });
});

it('gives the queue in pages, the longest waiting first', async () => {
  const entry = planOf('m1-in', 0);
  await tap(entry);
  const asked = [3, 1, 2].map((hour) =>
    requestOf(entry.tapId, { askedAt: `2026-11-20T0${hour}:00:00.000Z` }),
  );
  await ask(...asked);
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await operator.staff('GET /v1/correction-requests', {
      query: { limit: 1, ...(after !== undefined && { after }) },
    });
    seen.push(...page.requests.map(({ askedAt }) => askedAt));
    after = page.next ?? undefined;
  } while (after !== undefined && seen.length < 3);
  expect(seen).toEqual([1, 2, 3].map((hour) => `2026-11-20T0${hour}:00:00.000Z`));
});
