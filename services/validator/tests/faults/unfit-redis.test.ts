/** F5: Redis full, read-only or allowed to forget: gates go on alone, and an error is never read as "not used yet". */
import { ask } from '@vedong/testing/redis-groups';
import { startTestRedis, type TestRedis } from '@vedong/testing/redis';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually, newFolder, runProgram } from '../test-validator.ts';
import {
  expectDoublesFound,
  expectNothingLost,
  isLong,
  listDoubleAccepts,
  report,
  startTwoValidators,
  type TwoValidators,
} from './two-validators.ts';

const tickets = isLong ? 1000 : 40;
let redis: TestRedis;
let two: TwoValidators;
beforeAll(async () => {
  redis = await startTestRedis();
  two = await startTwoValidators([redis.url, redis.url]);
});
afterAll(async () => {
  await two.stop();
  await redis.remove();
});

it.each<[string, (client: Redis) => Promise<unknown>, (client: Redis) => Promise<unknown>]>([
  [
    'full',
    (client) => client.config('SET', 'maxmemory', '1'),
    (client) => client.config('SET', 'maxmemory', '0'),
  ],
  ['read-only', (client) => client.replicaof('127.0.0.1', '1'), (client) => client.replicaof('NO', 'ONE')],
])('F5: Redis is %s', { timeout: 120_000 }, async (how, spoil, mend) => {
  await eventually(async () => (await two.guards()).every((guard) => guard === 'redis'), 30);
  const before = two.given.length;
  await ask(redis.url, spoil);
  for (let index = 0; index < tickets; index += 1) {
    const ticket = await two.city.ticket();
    expect(await two.show(ticket, 0)).toMatchObject({ outcome: 'accepted', guard: 'local' });
    // The same validator knows the code at its next gate; another one cannot, and says so.
    expect(await two.show(ticket, 0, '2A-02-in')).toMatchObject({ reason: 'replayed', guard: 'local' });
    if (index % 4 === 0) expect(await two.show(ticket, 1)).toMatchObject({ guard: 'local' });
  }
  await ask(redis.url, mend);
  await eventually(async () => (await two.show(await two.city.ticket(), 0)).guard === 'redis', 30);
  const delivered = await two.delivered();
  expectNothingLost(two.given, delivered);
  const doubles = listDoubleAccepts(two.given);
  expectDoublesFound(doubles, delivered);
  for (const taps of doubles) expect(taps.every(({ answer }) => answer.guard === 'local')).toBe(true);
  report(
    'F5',
    `${how}: ${two.given.length - before} answers, none of them by Redis and none lost; ${tickets} copies at the same validator refused; ${doubles.length} double accepts at two validators so far, each says local and is found`,
  );
});

it('F5: asserts noeviction at the start, and says what to set', { timeout: 120_000 }, async () => {
  await ask(redis.url, (client) => client.config('SET', 'maxmemory-policy', 'volatile-ttl'));
  const program = runProgram({ city: two.city, folder: newFolder(), env: { REDIS_URL: redis.url } });
  await expect
    .poll(() => program.output(), { timeout: 30_000 })
    .toContain('maxmemory-policy is volatile-ttl, set it to noeviction');
  program.process.kill('SIGKILL');
  await program.ended;
  await ask(redis.url, (client) => client.config('SET', 'maxmemory-policy', 'noeviction'));
});
