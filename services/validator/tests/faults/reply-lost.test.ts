/** F4: Redis makes the claim and its reply is lost. The rider gets in, rides on, and is charged once. */
import { ask } from '@vedong/testing/redis-groups';
import { startTestRedis, type TestRedis } from '@vedong/testing/redis';
import { startTcpProxy, type TcpProxy } from '@vedong/testing/tcp-proxy';
import { slotAt } from '@vedong/ticket';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../test-validator.ts';
import {
  expectDoublesFound,
  expectNothingLost,
  isLong,
  listDoubleAccepts,
  report,
  startTwoValidators,
  type TwoValidators,
} from './two-validators.ts';

const riders = isLong ? 2000 : 25;
let redis: TestRedis;
let proxy: TcpProxy;
let two: TwoValidators;

/** The first validator reaches Redis through the proxy, the other directly. */
beforeEach(async () => {
  redis = await startTestRedis();
  const port = Number(new URL(redis.url).port);
  proxy = await startTcpProxy({ host: '127.0.0.1', port });
  two = await startTwoValidators([redis.url.replace(`:${port}`, `:${proxy.port}`), redis.url]);
});
afterEach(async () => {
  await two.stop();
  await proxy.stop();
  await redis.remove();
});

it.each([
  ['cut', () => proxy.cutReplies()],
  ['held', () => proxy.holdReplies()],
])('F4: replies %s', { timeout: 240_000 }, async (how, lose) => {
  const cards = Array.from({ length: riders }, (_, index) => index.toString(16).padStart(16, '0'));
  let madeAndLost = 0;
  for (const cardRef of cards) {
    await eventually(async () => (await two.guards())[0] === 'redis', 30);
    const slot = slotAt(Date.now() / 1000);
    const ticket = await two.city.ticket({ cardRef, slot });
    lose();
    const first = await two.show(ticket, 0);
    proxy.heal();
    expect(first).toMatchObject({ outcome: 'accepted', repeat: false });
    // Now and then another reply is the one that is lost, and the connection with it before the claim was sent.
    const made = await ask(redis.url, (client) => client.get(`vd:{1.${cardRef}}`));
    if (!made?.includes(first.tapId)) continue;
    expect(first.guard).toBe('local');
    madeAndLost += 1;
    // The scanner reads once more, unless the machine took longer than that counts as the same reading.
    const again = await two.show(ticket, 0);
    if (again.repeat) expect(again).toEqual({ ...first, repeat: true });
    // A copy elsewhere is refused by the claim whose reply was lost; the rider's next code opens.
    expect(await two.show(ticket, 1)).toMatchObject({ reason: 'replayed', guard: 'redis' });
    const next = await two.city.ticket({ cardRef, slot: slot + 1 });
    expect(await two.show(next, 1)).toMatchObject({ outcome: 'accepted', guard: 'redis' });
  }
  const delivered = await two.delivered();
  expectNothingLost(two.given, delivered);
  expectDoublesFound([], delivered);
  expect(listDoubleAccepts(two.given)).toEqual([]);
  expect(madeAndLost).toBeGreaterThan(riders / 2);
  report(
    'F4',
    `replies ${how}: ${madeAndLost} claims made and their replies lost; no rider refused, each slot accepted once, each next code opened`,
  );
});
