import { randomUUIDv7 } from 'node:crypto';
import { charge, issuerApi, type Charge } from '@vedong/contracts';
import { createHttpApp, createRegistry } from '@vedong/runtime/http-app';
import { silentLog } from '@vedong/runtime/log';
import { ServiceError } from '@vedong/runtime/problem';
import { bearerTokenOf } from '@vedong/runtime/session-token';
import { serve, type TestServer } from '@vedong/testing/http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { runRepeatedly } from '../src/run-repeatedly.ts';
import { putTestNetwork, startTestOperator, type TestOperator } from './test-operator.ts';
import { enrolTestValidator, recordOf, type TestValidator } from './test-validator.ts';

let operator: TestOperator;
let validator: TestValidator;
let issuer: TestServer & { received: Charge[][]; behave: (behaviour: Behaviour) => void };
let sent = 0;

/** What the issuer does with the next call. */
type Behaviour = 'answer' | 'lose the answer' | 'fail' | { before: () => Promise<void> };

const chargesApi = { 'POST /v1/charges': issuerApi['POST /v1/charges'] } as const;

/** Keeps the newest revision of each trip, as the issuer's contract says; refuses trips of mode bus. */
async function startTestIssuer() {
  const received: Charge[][] = [];
  const newest = new Map<string, number>();
  let behaviour: Behaviour = 'answer';
  const apply = ({ tripId, revision, mode }: Charge) => {
    if (mode === 'bus') return { result: 'refused' as const, code: 'card_not_found' };
    if ((newest.get(tripId) ?? 0) >= revision) return { result: 'duplicate' as const };
    newest.set(tripId, revision);
    return { result: 'applied' as const };
  };
  const app = createHttpApp<typeof chargesApi, { service: string }>({
    service: 'test-issuer',
    log: silentLog,
    api: chargesApi,
    registry: createRegistry('test-issuer'),
    notReady: () => Promise.resolve(null),
    bodyLimitBytes: 1_000_000,
    trustedProxies: 0,
    authenticators: { service: (request) => Promise.resolve(bearerTokenOf(request)) },
    handlers: {
      'POST /v1/charges': async ({ body, request }) => {
        const now = behaviour;
        behaviour = 'answer';
        if (typeof now === 'object') await now.before();
        if (now === 'fail') throw new ServiceError(503, 'database_unavailable');
        const charges = body.charges.map((one) => charge.parse(one));
        received.push(charges);
        const results = charges.map(apply);
        if (now === 'lose the answer') request.socket.destroy();
        return { results };
      },
    },
  });
  const server = await serve(app);
  return { ...server, received, behave: (next: Behaviour) => void (behaviour = next) };
}

beforeAll(async () => {
  operator = await startTestOperator();
  validator = await enrolTestValidator(operator);
  await putTestNetwork(operator, validator.validatorId);
});
afterAll(() => operator.stop());
beforeEach(async () => {
  issuer = await startTestIssuer();
});
afterEach(() => issuer.stop());

async function ride(gateId: string, minutes: number, cardRef: string): Promise<string> {
  const tapId = randomUUIDv7();
  const at = new Date(Date.parse('2026-11-23T06:00:00+07:00') + minutes * 60_000).toISOString();
  validator.write(recordOf({ gateId, at, cardRef, tapId }));
  sent += 1;
  await validator.send(sent);
  await operator.pair();
  return tapId;
}
const newCard = () => randomUUIDv7().slice(-12).padStart(16, '0');
const results = async (tripId: string) =>
  (await sqlResults()).filter((row) => row.trip_id === tripId).map(({ result, code }) => ({ result, code }));
const sqlResults = () =>
  operator.db.selectFrom('charge_outbox').select(['trip_id', 'result', 'code']).execute();

it('sends each trip as it is now, and marks the answer', async () => {
  const card = newCard();
  const tripId = await ride('m1-in', 0, card);
  await operator.sendCharges(issuer.url);
  await ride('m3-out', 20, card);
  await operator.sendCharges(issuer.url);
  await operator.sendCharges(issuer.url);
  expect(issuer.received).toHaveLength(2);
  expect(issuer.received[0]).toMatchObject([{ tripId, revision: 1, state: 'open', exit: null }]);
  expect(issuer.received[1]).toEqual([
    {
      tripId,
      revision: 2,
      issuer: 1,
      serviceDay: '2026-11-23',
      cardRef: card,
      mode: 'metro',
      lineName: 'Tuyến M',
      state: 'complete',
      entry: { gateId: 'm1-in', nameVi: 'Ga 1', nameEn: 'Station 1', at: '2026-11-22T23:00:00.000Z' },
      exit: { gateId: 'm3-out', nameVi: 'Ga 3', nameEn: 'Station 3', at: '2026-11-22T23:20:00.000Z' },
      lineId: 'M',
      agency: 'Metro',
      concession: 0,
      distanceMetres: null,
      fare: null,
      pricing: null,
    },
  ]);
  expect(await results(tripId)).toEqual([{ result: 'applied', code: null }]);
});

it('skips to the newest revision where several wait, and tells of a withdrawn trip', async () => {
  const card = newCard();
  const exit = await ride('m3-out', 60, card);
  await operator.sendCharges(issuer.url);
  const entry = await ride('m1-in', 40, card);
  await ride('m2-out', 50, card);
  await operator.sendCharges(issuer.url);
  const told = new Map(issuer.received[1]?.map(({ tripId, revision, state }) => [tripId, [revision, state]]));
  expect(told.get(entry)).toEqual([2, 'complete']);
  expect(told.get(exit)).toEqual([3, 'missing_entry']);
  const other = newCard();
  const lone = await ride('m3-out', 60, other);
  await operator.sendCharges(issuer.url);
  await ride('m1-in', 40, other);
  await operator.sendCharges(issuer.url);
  expect(issuer.received.at(-1)?.find(({ tripId }) => tripId === lone)).toMatchObject({
    revision: 2,
    state: 'withdrawn',
  });
});

it('resends when the answer was lost; the issuer says duplicate and nothing waits any more', async () => {
  const tripId = await ride('m1-in', 0, newCard());
  issuer.behave('lose the answer');
  await expect(operator.sendCharges(issuer.url)).rejects.toMatchObject({ code: 'no_answer' });
  expect(await results(tripId)).toEqual([{ result: null, code: null }]);
  await operator.sendCharges(issuer.url);
  expect(issuer.received.map((charges) => charges.map((one) => one.tripId))).toEqual([[tripId], [tripId]]);
  expect(await results(tripId)).toEqual([{ result: 'duplicate', code: null }]);
});

it('waits where the issuer is away or fails', async () => {
  const tripId = await ride('m1-in', 0, newCard());
  issuer.behave('fail');
  await expect(operator.sendCharges(issuer.url)).rejects.toMatchObject({ status: 503 });
  await expect(operator.sendCharges('http://127.0.0.1:9')).rejects.toMatchObject({ code: 'no_answer' });
  await operator.sendCharges(issuer.url);
  expect(await results(tripId)).toEqual([{ result: 'applied', code: null }]);
});

it('does not let a refused charge stop the others, and does not send it again', async () => {
  const [bus, metro] = [await ride('b1', 0, newCard()), await ride('m1-in', 0, newCard())];
  await operator.sendCharges(issuer.url);
  await operator.sendCharges(issuer.url);
  expect(issuer.received).toHaveLength(1);
  expect(await results(bus)).toEqual([{ result: 'refused', code: 'card_not_found' }]);
  expect(await results(metro)).toEqual([{ result: 'applied', code: null }]);
});

it('sends what changed while it was under way once more, and nobody sends it at the same time', async () => {
  const card = newCard();
  const tripId = await ride('m1-in', 0, card);
  issuer.behave({
    before: async () => {
      await ride('m2-out', 10, card);
      expect(await operator.sendCharges(issuer.url)).toBe(false);
    },
  });
  await operator.sendCharges(issuer.url);
  expect(await results(tripId)).toEqual([{ result: null, code: null }]);
  await operator.sendCharges(issuer.url);
  expect(issuer.received.map(([one]) => one?.revision)).toEqual([1, 2]);
  expect(await results(tripId)).toEqual([{ result: 'applied', code: null }]);
});

it('takes over charges whose sender died', async () => {
  const tripId = await ride('m1-in', 0, newCard());
  await operator.db
    .updateTable('charge_outbox')
    .set({ leased_until: new Date(operator.clock.nowMilliseconds() + 30_000) })
    .where('trip_id', '=', tripId)
    .execute();
  await operator.sendCharges(issuer.url);
  expect(issuer.received).toEqual([]);
  operator.clock.advance(30_000);
  await operator.sendCharges(issuer.url);
  expect(await results(tripId)).toEqual([{ result: 'applied', code: null }]);
});

it('goes on by itself after failures, until it is stopped', async () => {
  const tripId = await ride('m1-in', 0, newCard());
  issuer.behave('fail');
  const work = { name: 'send', pauseMilliseconds: 5, work: () => operator.sendCharges(issuer.url) };
  const stop = runRepeatedly(work, silentLog);
  await expect.poll(() => results(tripId), { timeout: 10_000 }).toEqual([{ result: 'applied', code: null }]);
  await stop();
  await ride('m1-in', 0, newCard());
  expect(issuer.received).toHaveLength(1);
});
