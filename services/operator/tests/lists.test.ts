import { randomUUIDv7 } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { putTestNetwork, startTestOperator, type TestOperator } from './test-operator.ts';
import { enrolTestValidator, recordOf, type TapPlan } from './test-validator.ts';

let operator: TestOperator;
const start = Date.parse('2026-11-22T23:00:00+07:00');
const cards = Array.from({ length: 9 }, (_, index) => `c${index}`.padEnd(16, '0'));
/** Three a minute, over two service days: some equal times, some refusals, some without a ticket. */
const plans: (TapPlan & { cardRef: string; serviceDay: string })[] = Array.from(
  { length: 90 },
  (_, index) => {
    const at = start + Math.floor(index / 3) * 10 * 60_000;
    return {
      tapId: randomUUIDv7(),
      gateId: ['m1-in', 'm2-out', 'b1'][index % 3] as string,
      at: new Date(at).toISOString(),
      cardRef: cards[Math.floor(index / 3) % 9] as string,
      serviceDay: at < Date.parse('2026-11-23T03:00:00+07:00') ? '2026-11-22' : '2026-11-23',
      ...(index % 10 === 9
        ? { reason: index % 20 === 9 ? 'stale' : 'malformed', unbelieved: index % 20 === 19 }
        : {}),
    };
  },
);

beforeAll(async () => {
  operator = await startTestOperator();
  const validator = await enrolTestValidator(operator);
  await putTestNetwork(operator, validator.validatorId);
  validator.write(...plans.map(recordOf));
  await validator.send(1);
  await operator.pair();
});
afterAll(() => operator.stop());

type Query = Record<string, string | number | undefined>;
async function all(what: 'taps' | 'trips', query: Query, limit = 7) {
  const items: Record<string, unknown>[] = [];
  let after: string | undefined;
  do {
    const page: Record<string, unknown> = await operator.staff(`GET /v1/${what}` as 'GET /v1/taps', {
      query: { ...query, limit, ...(after ? { after } : {}) },
    });
    const more = page[what] as Record<string, unknown>[];
    expect(more.length).toBeLessThanOrEqual(limit);
    items.push(...more);
    after = (page['next'] as string | null) ?? undefined;
  } while (after);
  return items;
}
const newestFirst = (one: { at: string; tapId?: string }, other: { at: string; tapId?: string }) =>
  other.at.localeCompare(one.at) || String(other.tapId).localeCompare(String(one.tapId));

it.each<[string, Query, (plan: (typeof plans)[number]) => boolean]>([
  ['no filter', {}, () => true],
  ['a service day', { serviceDay: '2026-11-22' }, ({ serviceDay }) => serviceDay === '2026-11-22'],
  ['a gate', { gateId: 'b1' }, ({ gateId }) => gateId === 'b1'],
  ['a card', { cardRef: cards[3] }, ({ cardRef, unbelieved }) => cardRef === cards[3] && !unbelieved],
  ['refusals', { outcome: 'rejected' }, ({ reason }) => reason !== undefined],
  ['a reason', { reason: 'stale' }, ({ reason }) => reason === 'stale'],
  [
    'all at once',
    { outcome: 'accepted', gateId: 'm1-in', cardRef: cards[0], serviceDay: '2026-11-22' },
    ({ reason, gateId, cardRef, serviceDay }) =>
      !reason && gateId === 'm1-in' && cardRef === cards[0] && serviceDay === '2026-11-22',
  ],
])('pages through the taps of %s without missing or repeating one', async (_what, query, matches) => {
  const expected = plans.filter(matches).sort(newestFirst);
  expect(expected.length).toBeGreaterThan(1);
  expect((await all('taps', query)).map(({ tapId }) => tapId)).toEqual(expected.map(({ tapId }) => tapId));
});

it('shows no card where nothing of the ticket was believed', async () => {
  const refused = await all('taps', { reason: 'malformed' });
  expect(refused.length).toBeGreaterThan(0);
  for (const { cardRef } of refused) expect(cardRef).toBeNull();
});

it('pages through trips with every filter', async () => {
  const trips = await all('trips', {});
  const began = ({ entry, exit }: Record<string, unknown>) => ((entry ?? exit) as { at: string }).at;
  expect(trips.map(began)).toEqual(trips.map(began).sort().reverse());
  expect(new Set(trips.map(({ tripId }) => tripId)).size).toBe(trips.length);
  const count = async (query: Query) => (await all('trips', query)).length;
  const having = (test: (trip: Record<string, unknown>) => boolean) => trips.filter(test).length;
  const gateOf = (end: unknown) => (end as { gateId: string } | null)?.gateId;
  expect(await count({ serviceDay: '2026-11-22' })).toBe(
    having((trip) => trip['serviceDay'] === '2026-11-22'),
  );
  expect(await count({ lineId: '32' })).toBe(having((trip) => trip['mode'] === 'bus'));
  expect(await count({ cardRef: cards[2] })).toBe(having((trip) => trip['cardRef'] === cards[2]));
  expect(await count({ state: 'complete' })).toBe(having((trip) => trip['state'] === 'complete'));
  expect(await count({ state: 'missing_entry' })).toBe(having((trip) => trip['state'] === 'missing_entry'));
  expect(await count({ gateId: 'm1-in' })).toBe(having((trip) => gateOf(trip['entry']) === 'm1-in'));
  expect(await count({ gateId: 'm2-out' })).toBe(having((trip) => gateOf(trip['exit']) === 'm2-out'));
  expect(await count({ gateId: 'm2-out' })).toBeGreaterThan(0);
});

it.each([
  ['invalid_cursor', 'after=nonsense'],
  ['invalid_cursor', `after=${Buffer.from('0 x').toString('base64url')}`],
  ['invalid_request', 'limit=0'],
  ['invalid_request', 'limit=201'],
  ['invalid_request', 'limit=many'],
  ['invalid_request', 'cardRef=x'],
  ['invalid_request', 'serviceDay=2026-02-30'],
  ['invalid_request', 'unknown=1'],
  ['invalid_request', 'gateId=%00'],
])('answers %s to ?%s', async (code, search) => {
  const cookie = { cookie: operator.cookie };
  for (const list of ['taps', 'trips']) {
    const response = await fetch(`${operator.url}/v1/${list}?${search}`, { headers: cookie });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, code]);
  }
});

it('knows no trip of another id', async () => {
  await expect(
    operator.staff('GET /v1/trips/{tripId}', { params: { tripId: randomUUIDv7() } }),
  ).rejects.toMatchObject({ status: 404, code: 'trip_not_found' });
  await expect(
    operator.staff('GET /v1/trips/{tripId}', { params: { tripId: "' or 1=1" } }),
  ).rejects.toMatchObject({ status: 400, code: 'invalid_request' });
});
