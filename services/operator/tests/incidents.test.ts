import { randomUUIDv7 } from 'node:crypto';
import { cardBlock, issuerApi, type CardBlock, type ConflictClass } from '@vedong/contracts';
import { createHttpApp, createRegistry } from '@vedong/runtime/http-app';
import { silentLog } from '@vedong/runtime/log';
import { ServiceError } from '@vedong/runtime/problem';
import { serve, type TestServer } from '@vedong/testing/http';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { account, putTestNetwork, startTestOperator, type TestOperator } from './test-operator.ts';
import { enrolTestValidator, recordOf, type TapPlan, type TestValidator } from './test-validator.ts';

let operator: TestOperator;
let validator: TestValidator;
let issuer: TestServer & { received: CardBlock[]; behave: (behaviour: Behaviour) => void };
let cardRef = '';

type Behaviour = 'answer' | 'fail' | 'lose the answer' | 'refuse';
const blocksApi = { 'POST /v1/card-blocks': issuerApi['POST /v1/card-blocks'] } as const;

async function startTestIssuer() {
  const received: CardBlock[] = [];
  const newest = new Map<string, number>();
  let behaviour: Behaviour = 'answer';
  const app = createHttpApp<typeof blocksApi, { service: true }>({
    service: 'test-issuer',
    log: silentLog,
    api: blocksApi,
    registry: createRegistry('test-issuer'),
    notReady: () => Promise.resolve(null),
    bodyLimitBytes: 100_000,
    trustedProxies: 0,
    authenticators: { service: () => Promise.resolve(true as const) },
    handlers: {
      'POST /v1/card-blocks': ({ body, request }) => {
        const now = behaviour;
        behaviour = 'answer';
        if (now === 'fail') throw new ServiceError(503, 'database_unavailable');
        const blocks = body.blocks.map((one) => cardBlock.parse(one));
        received.push(...blocks);
        const results = blocks.map((block) => {
          if (now === 'refuse') return { result: 'refused' as const, code: 'unknown_card' as const };
          const isNew = (newest.get(block.cardRef) ?? 0) < block.revision;
          newest.set(block.cardRef, block.revision);
          return { result: isNew ? ('applied' as const) : ('duplicate' as const) };
        });
        if (now === 'lose the answer') request.socket.destroy();
        return { results };
      },
    },
  });
  return { ...(await serve(app)), received, behave: (next: Behaviour) => void (behaviour = next) };
}

beforeAll(async () => {
  operator = await startTestOperator();
  validator = await enrolTestValidator(operator);
  await putTestNetwork(operator, validator.validatorId);
});
afterAll(() => operator.stop());
beforeEach(async () => {
  cardRef = randomUUIDv7().replaceAll('-', '').slice(-16);
  issuer = await startTestIssuer();
});
afterEach(() => issuer.stop());

const start = Date.parse('2026-11-23T06:00:00+07:00');
const slot = Math.floor(start / 15_000);
let sent = 0;

async function tap(gateId: string, seconds: number, change: Partial<TapPlan> = {}): Promise<string> {
  const tapId = randomUUIDv7();
  const at = new Date(start + seconds * 1000).toISOString();
  validator.write(recordOf({ gateId, at, cardRef, tapId, ...change }));
  sent += 1;
  await validator.send(sent);
  await operator.pair();
  return tapId;
}
const incidentsOf = async (query: { cardRef?: string; class?: ConflictClass; validatorId?: string }) =>
  (await operator.staff('GET /v1/incidents', { query })).incidents;
const onlyIncident = async () => {
  const [incident, ...others] = await incidentsOf({ cardRef });
  expect(others).toEqual([]);
  return incident!;
};
const storyOf = (incidentId: string) =>
  operator.staff('GET /v1/incidents/{incidentId}', { params: { incidentId } });
const eventsOf = async (incidentId: string) => (await storyOf(incidentId)).events.map(({ kind }) => kind);
const trips = async () => (await operator.staff('GET /v1/trips', { query: { cardRef } })).trips;
const send = () => operator.sendCardBlocks(issuer.url);

/** One code at two stations. */
async function copy() {
  const counts = await tap('m1-in', 0);
  const copied = await tap('m3-in', 8, { slot });
  return { counts, copied, incident: await onlyIncident() };
}

it('finds one code at several gates, makes one trip of it and shows every tap', async () => {
  const { counts, copied, incident } = await copy();
  expect(incident).toMatchObject({
    class: 'copy',
    state: 'open',
    consequence: 'block',
    serviceDay: '2026-11-23',
    validatorId: null,
    happenedAt: '2026-11-22T23:00:00.000Z',
    count: 1,
    block: 'asked',
  });
  expect(await trips()).toMatchObject([{ tripId: counts, inConflict: true }]);
  const { taps } = await operator.staff('GET /v1/taps', { query: { cardRef } });
  const { incidentId } = incident;
  expect(taps.map(({ tapId, conflict }) => [tapId, conflict])).toEqual([
    [copied, { class: 'copy', incidentId, counts: false }],
    [counts, { class: 'copy', incidentId, counts: true }],
  ]);
  const story = await storyOf(incidentId);
  expect(story.findings).toMatchObject([
    { rule: 'same_slot', tapIds: [counts, copied], metres: 3002, seconds: 8 },
  ]);
  expect(story.taps).toMatchObject([
    { tapId: counts, gateId: 'm1-in', nameVi: 'Ga 1', latitude: 21.0135, slot, counts: true },
    { tapId: copied, gateId: 'm3-in', counts: false },
  ]);
  expect(await eventsOf(incidentId)).toEqual(['found', 'block_asked']);
});

it('finds it once more gates deliver, in whatever order, in the same incident', async () => {
  const later = await tap('m3-in', 8, { slot });
  expect(await incidentsOf({ cardRef })).toEqual([]);
  expect(await trips()).toMatchObject([{ tripId: later, inConflict: false }]);
  const first = await tap('m1-in', 0);
  const { incidentId } = await onlyIncident();
  expect(await trips()).toMatchObject([{ tripId: first }]);
  await tap('m2-in', 4, { slot });
  expect(await onlyIncident()).toMatchObject({ incidentId, count: 2 });
  expect(await eventsOf(incidentId)).toEqual(['found', 'block_asked', 'more_found']);
});

it('has the card blocked by the issuer, whatever goes wrong on the way', async () => {
  const { incident } = await copy();
  issuer.behave('fail');
  await expect(send()).rejects.toMatchObject({ status: 503 });
  issuer.behave('lose the answer');
  await expect(send()).rejects.toMatchObject({ code: 'no_answer' });
  expect(await onlyIncident()).toMatchObject({ block: 'asked' });
  await send();
  await send();
  const block = {
    issuer: 1,
    serviceDay: '2026-11-23',
    cardRef,
    revision: 1,
    state: 'blocked',
    reason: 'copy',
  };
  expect(issuer.received.filter((one) => one.cardRef === cardRef)).toEqual([block, block]);
  expect(await onlyIncident()).toMatchObject({ block: 'blocked' });
  expect(await eventsOf(incident.incidentId)).toEqual(['found', 'block_asked', 'blocked']);
});

it('says so where the issuer does not know the card', async () => {
  const { incident } = await copy();
  issuer.behave('refuse');
  await send();
  expect(await onlyIncident()).toMatchObject({ block: 'refused' });
  expect(await eventsOf(incident.incidentId)).toContain('block_refused');
});

it('lifts a block at the word of staff, and blocks again when more is found', async () => {
  const { incident } = await copy();
  await send();
  const params = { incidentId: incident.incidentId };
  const lift = () =>
    operator.staff('POST /v1/incidents/{incidentId}/lift-block', { params, body: { note: 'Khách gọi' } });
  expect(await lift()).toMatchObject({ block: 'lift_asked' });
  await expect(lift()).rejects.toMatchObject({ status: 409, code: 'not_blocked' });
  await send();
  expect(issuer.received.at(-1)).toMatchObject({ revision: 2, state: 'lifted' });
  expect(await onlyIncident()).toMatchObject({ block: 'lifted' });
  const { events } = await storyOf(incident.incidentId);
  expect(events).toContainEqual(
    expect.objectContaining({ kind: 'lift_asked', by: account.email, note: 'Khách gọi' }),
  );
  await tap('m4-in', 11, { slot });
  await send();
  expect(issuer.received.at(-1)).toMatchObject({ revision: 3, state: 'blocked' });
});

it('sends a wish that changed while the earlier one was under way', async () => {
  await copy();
  const { incidentId } = await onlyIncident();
  const sending = operator.db.selectFrom('card_blocks').selectAll().where('card_ref', '=', cardRef);
  await send();
  await operator.staff('POST /v1/incidents/{incidentId}/lift-block', {
    params: { incidentId },
    body: { note: 'x' },
  });
  expect(await sending.executeTakeFirst()).toMatchObject({ state: 'lifted', revision: 2, result: null });
});

it('is handled with a note, and opens again when more is found', async () => {
  const { incident } = await copy();
  const params = { incidentId: incident.incidentId };
  const handled = await operator.staff('POST /v1/incidents/{incidentId}/handle', {
    params,
    body: { note: 'Đã gọi khách' },
  });
  expect(handled.state).toBe('handled');
  const open = (await operator.staff('GET /v1/incidents', { query: { state: 'open' } })).incidents;
  expect(open.map(({ incidentId }) => incidentId)).not.toContain(incident.incidentId);
  await tap('m4-in', 11, { slot });
  expect(await onlyIncident()).toMatchObject({ state: 'open', count: 2 });
  expect(await eventsOf(incident.incidentId)).toEqual(['found', 'block_asked', 'handled', 'reopened']);
});

it('falls away when a late tap explains it, and its block with it', async () => {
  await tap('m1-in', 0);
  await tap('m2-in', 3600);
  const { incidentId } = await onlyIncident();
  expect(await onlyIncident()).toMatchObject({ class: 'reentry', consequence: 'record', block: null });
  await tap('m3-out', 900);
  expect(await incidentsOf({ cardRef })).toEqual([]);
  await expect(storyOf(incidentId)).rejects.toMatchObject({ status: 404, code: 'incident_not_found' });
  const gone = operator.staff('POST /v1/incidents/{incidentId}/handle', {
    params: { incidentId },
    body: { note: 'x' },
  });
  await expect(gone).rejects.toMatchObject({ status: 404, code: 'incident_not_found' });
  expect((await trips()).map(({ inConflict }) => inConflict)).toEqual([false, false]);
});

it('finds a card that is at two places at once', async () => {
  await tap('m1-in', 0);
  await tap('m4-out', 15);
  expect(await onlyIncident()).toMatchObject({
    class: 'shared_card',
    consequence: 'warn',
    count: 1,
    block: null,
  });
});

it('keeps a validator’s taps from the future together, refused ones too, and counts each once', async () => {
  const ahead = 2.5 * 3600;
  await tap('m1-in', ahead);
  await tap('b1', ahead + 5, { reason: 'stale' });
  await validator.send(1);
  const [incident, ...others] = await incidentsOf({ class: 'clock' });
  expect(others).toEqual([]);
  expect(incident).toMatchObject({
    validatorId: validator.validatorId,
    cardRef: null,
    consequence: 'warn',
    count: 2,
  });
  const story = await storyOf(incident!.incidentId);
  expect(story.findings.map(({ rule, seconds }) => [rule, seconds])).toEqual([
    ['from_future', 1800],
    ['from_future', 1805],
  ]);
  expect(story.taps.map(({ gateId }) => gateId)).toEqual(['m1-in', 'b1']);
});

const journalOf = async (validatorId: string) =>
  (await operator.staff('GET /v1/validators')).validators.find((one) => one.validatorId === validatorId)!;

it('says that journal records are missing until they have come', async () => {
  const other = await enrolTestValidator(operator);
  other.write(
    ...Array.from({ length: 6 }, () => recordOf({ gateId: 'b1', at: '2026-11-23T07:30:00+07:00' })),
  );
  await other.send(1, 2);
  await expect(other.send(5)).rejects.toMatchObject({ code: 'sequence_gap' });
  await expect(other.send(5)).rejects.toMatchObject({ code: 'sequence_gap' });
  const { validatorId } = other;
  const [incident] = await incidentsOf({ validatorId });
  expect(incident).toMatchObject({ class: 'broken_chain', consequence: 'warn', count: 1, serviceDay: null });
  expect((await storyOf(incident!.incidentId)).findings).toMatchObject([
    { rule: 'gap', expectedSeq: 3, firstSeq: 5, tapIds: [] },
  ]);
  expect(await journalOf(validatorId)).toMatchObject({ journal: 'gap', lastSeq: 2 });
  await other.send(3);
  expect(await incidentsOf({ validatorId })).toEqual([]);
  expect(await journalOf(validatorId)).toMatchObject({ journal: 'whole', lastSeq: 6 });
});

it('finds a second machine with a validator’s key, and keeps that when missing records come', async () => {
  const other = await enrolTestValidator(operator);
  const at = '2026-11-23T07:30:00+07:00';
  other.write(...Array.from({ length: 4 }, () => recordOf({ gateId: 'b1', at })));
  await other.send(1, 2);
  await expect(
    other.sendRaw({
      ...other.batchOf(1, 2),
      records: [recordOf({ gateId: 'b1', at }), recordOf({ gateId: 'b1', at })],
    }),
  ).rejects.toMatchObject({ code: 'broken_chain' });
  await expect(other.send(4)).rejects.toMatchObject({ code: 'sequence_gap' });
  const { validatorId } = other;
  expect(await incidentsOf({ validatorId })).toMatchObject([{ class: 'broken_chain', count: 2 }]);
  await other.send(3);
  const [incident] = await incidentsOf({ validatorId });
  expect((await storyOf(incident!.incidentId)).findings).toMatchObject([
    { rule: 'fork', expectedSeq: 3, firstSeq: 1 },
  ]);
  expect(await journalOf(validatorId)).toMatchObject({ journal: 'broken' });
});

it('goes through pages by every filter', async () => {
  const all = await operator.staff('GET /v1/incidents', { query: { limit: 200 } });
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await operator.staff('GET /v1/incidents', { query: { limit: 2, ...(after && { after }) } });
    seen.push(...page.incidents.map(({ incidentId }) => incidentId));
    after = page.next ?? undefined;
  } while (after !== undefined);
  expect(seen).toEqual(all.incidents.map(({ incidentId }) => incidentId));
  const byDay = await operator.staff('GET /v1/incidents', {
    query: { serviceDay: '2026-11-23', class: 'copy' },
  });
  expect(byDay.incidents.length).toBeGreaterThan(3);
  expect(new Set(byDay.incidents.map(({ class: of }) => of))).toEqual(new Set(['copy']));
});

it('is for staff only', async () => {
  await expect(operator.anyone('GET /v1/incidents', { query: {} })).rejects.toMatchObject({ status: 401 });
});
