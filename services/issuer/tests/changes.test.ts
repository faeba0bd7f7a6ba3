/** What gates hear of at once: blocked cards and condemned keys, from this process, another one or a command. */
import { publishedVersions, type PublishedVersions } from '@vedong/contracts';
import { serve } from '@vedong/testing/http';
import { readEvents, type ServerEvent } from '@vedong/runtime/event-stream';
import {
  applyStatusDelta,
  createKeySet,
  decodeTicket,
  statuses,
  statusListUriFor,
  verifyStatusDelta,
} from '@vedong/ticket';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { send } from '../src/change-streams.ts';
import { condemnKey } from '../src/key-ceremony.ts';
import { forgetStatusChanges } from '../src/db/status-changes.ts';
import { readStatusList, readTrust } from './gate.ts';
import { problemOf, startIssuer, type IssuerUnderTest, type Rider } from './issuer-under-test.ts';

const today = '2026-11-23';
let issuer: IssuerUnderTest;
let rider: Rider;
const listeners: AbortController[] = [];
beforeEach(async () => {
  issuer = await startIssuer({ CHANGE_STREAMS: '3', CHANGE_STREAMS_PER_ADDRESS: '2' });
  rider = await issuer.signIn('0912000001');
});
afterEach(async () => {
  for (const listener of listeners.splice(0)) listener.abort();
  await issuer.stop();
});

/** Everything one connection is told. */
async function listen(url: string) {
  const end = new AbortController();
  listeners.push(end);
  const stream = readEvents(`${url}/v1/changes`, { signal: end.signal, silenceMilliseconds: 60_000 });
  const next = async (): Promise<ServerEvent> => {
    const { value, done } = await stream.next();
    if (done) throw new Error('the stream has ended');
    return value;
  };
  /** Up to and with the next `versions`. */
  async function nextChange(): Promise<{ events: ServerEvent[]; versions: PublishedVersions }> {
    const events: ServerEvent[] = [];
    for (let event = await next(); ; event = await next()) {
      if (event.event === 'versions')
        return { events, versions: publishedVersions.parse(JSON.parse(event.data)) };
      events.push(event);
    }
  }
  const { versions } = await nextChange();
  return { versions, nextChange, end: () => end.abort() };
}

/** A card that has travelled today, with its index in today's list. */
async function makeTravellingCard() {
  const params = { cardId: await rider.makeCard() };
  const { tickets } = await rider.call('POST /v1/cards/{cardId}/tickets', { params, body: { count: 1 } });
  return { params, statusIdx: decodeTicket(tickets[0]!.ticket).statusIdx };
}

async function readDelta(delta: string, serviceDay = today) {
  const trust = await readTrust(issuer);
  return verifyStatusDelta(delta, {
    keys: createKeySet(trust),
    issuer: 1,
    sub: statusListUriFor(trust.issuers[0]!, serviceDay),
    nowSeconds: issuer.clock.nowMilliseconds() / 1000,
  });
}
const fetchDelta = (from: number, serviceDay = today) =>
  issuer.anyone('GET /v1/status-lists/{serviceDay}/changes', { params: { serviceDay }, query: { from } });

describe('the delta between two versions of a list', () => {
  it('leads to what the full list says, for cards blocked, unblocked, and without that day', async () => {
    const [one, other] = [await makeTravellingCard(), await makeTravellingCard()];
    await rider.call('POST /v1/cards/{cardId}/block', one);
    const base = await readStatusList(issuer, today);
    await rider.call('POST /v1/cards/{cardId}/unblock', one);
    await rider.call('POST /v1/cards/{cardId}/block', other);
    await rider.call('POST /v1/cards/{cardId}/block', { params: { cardId: await rider.makeCard() } });
    const delta = await readDelta(await fetchDelta(base.version));
    expect(new Map(delta.changes)).toEqual(
      new Map<number, number>([
        [one.statusIdx, statuses.valid],
        [other.statusIdx, statuses.suspended],
      ]),
    );
    expect(applyStatusDelta(base, delta)).toEqual(await readStatusList(issuer, today));
  });

  it('is signed once for all who ask, and by each process alike', async () => {
    const { version } = await readStatusList(issuer, today);
    await rider.call('POST /v1/cards/{cardId}/block', await makeTravellingCard());
    const [first, second] = await Promise.all([fetchDelta(version), fetchDelta(version)]);
    expect(first).toBe(second);
  });

  it('is refused where there is none', async () => {
    const { version } = await readStatusList(issuer, today);
    expect(await problemOf(fetchDelta(version))).toEqual({ status: 404, code: 'no_newer_version' });
    expect(await problemOf(fetchDelta(0, '2026-11-20'))).toEqual({
      status: 404,
      code: 'status_list_not_found',
    });
    expect(await problemOf(fetchDelta(-1))).toEqual({ status: 400, code: 'invalid_request' });
    await rider.call('POST /v1/cards/{cardId}/block', await makeTravellingCard());
    expect(await problemOf(fetchDelta(version - 1))).toEqual({ status: 410, code: 'changes_gone' });
    await forgetStatusChanges(issuer.db, new Date(Date.now() + 60_000));
    expect(await problemOf(fetchDelta(version))).toEqual({ status: 410, code: 'changes_gone' });
  });
});

describe('the stream of changes', () => {
  it('begins with what there is and tells of a blocked card, wherever it was blocked', async () => {
    const another = await issuer.startAnother();
    const { versions, nextChange } = await listen(another.url);
    const base = await readStatusList(issuer, today);
    expect(versions).toEqual({ trustBundle: 1, statusLists: base.version });
    const card = await makeTravellingCard();
    await rider.call('POST /v1/cards/{cardId}/block', card);
    const change = await nextChange();
    expect(change.versions.statusLists).toBe(base.version + 1);
    const days = ['2026-11-22', today, '2026-11-24', '2026-11-25'];
    expect(change.events.map(({ event }) => event)).toEqual(days.map(() => 'status-delta'));
    for (const [index, day] of days.entries()) await readDelta(change.events[index]!.data, day);
    const list = applyStatusDelta(base, await readDelta(change.events[1]!.data));
    expect(list.list.get(card.statusIdx)).toBe(statuses.suspended);
    await another.stop();
  });

  it('tells of a key that the keys command marked compromised, with the bundle that says so', async () => {
    const { nextChange } = await listen(issuer.url);
    await condemnKey(issuer.ceremony(), '1.1');
    const { events, versions } = await nextChange();
    expect(versions.trustBundle).toBe(2);
    expect(events.map(({ event }) => event)).toEqual(['trust-bundle']);
    // Read by the service at once, not when its copy is 2 s old.
    expect(events[0]!.data).toBe(await issuer.anyone('GET /v1/trust-bundle'));
    expect((await readTrust(issuer)).issuers[0]!.keys[0]!.status).toBe('compromised');
  });

  it('tells of versions alone where the delta cannot be had', async () => {
    const { versions, nextChange } = await listen(issuer.url);
    await issuer.db
      .updateTable('status_version')
      .set({ version: versions.statusLists + 9 })
      .execute();
    expect(await nextChange()).toEqual({
      events: [],
      versions: { trustBundle: 1, statusLists: versions.statusLists + 9 },
    });
  });

  it('is cut off at a reader that does not keep up', async () => {
    let sent = 0;
    const server = await serve((_request, response) => {
      response.writeHead(200);
      const sendMore = () => {
        send(response, 'x'.repeat(64_000));
        sent += 1;
        if (!response.destroyed && sent < 2000) setImmediate(sendMore);
      };
      sendMore();
    });
    // The body is never read.
    await fetch(server.url).catch(() => {});
    await expect.poll(() => sent, { timeout: 30_000 }).toBeGreaterThan(4);
    await server.stop();
    expect(sent).toBeLessThan(2000);
  });

  it('is open to so many readers at once, and so many of one address', async () => {
    const [first] = [await listen(issuer.url), await listen(issuer.url)];
    const third = await fetch(`${issuer.url}/v1/changes`);
    expect([third.status, third.headers.get('retry-after'), await third.json()]).toMatchObject([
      503,
      '60',
      { code: 'too_many_streams' },
    ]);
    const metrics = async () => (await fetch(`${issuer.url}/metrics`)).text();
    expect(await metrics()).toContain('vedong_change_streams{service="issuer"} 2');
    first.end();
    await expect.poll(metrics, { timeout: 30_000 }).toContain('vedong_change_streams{service="issuer"} 1');
    await listen(issuer.url);
  });
});
