/** Gates while Redis stops, stalls, and comes back empty; and many showings of one ticket at once in each state. */
import type { TapAnswer } from '@vedong/contracts';
import { startTestRedis, type TestRedis } from '@vedong/testing/redis';
import { slotAt } from '@vedong/ticket';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startTestCity, type TestCity } from './test-city.ts';
import { eventually, startReadyValidator, type TestValidator } from './test-validator.ts';

let city: TestCity;
let redis: TestRedis;
let validator: TestValidator;

beforeEach(async () => {
  city = await startTestCity();
  redis = await startTestRedis();
  validator = await startReadyValidator({ city, env: { REDIS_URL: redis.url } });
});
afterEach(async () => {
  await validator.stop();
  await redis.remove();
  await city.stop();
});

const tapFresh = async (): Promise<TapAnswer> => validator.tap(await city.ticket());

/** Taps of new cards, one after the other, until one is judged as wanted. */
const tapUntil = (guard: TapAnswer['guard'], answers: TapAnswer[]) =>
  eventually(async () => {
    const answer = await tapFresh();
    answers.push(answer);
    return answer.guard === guard;
  }, 30);

async function expectAllDelivered(answers: TapAnswer[]): Promise<void> {
  await eventually(() => city.state.taps.length >= answers.length, 30);
  const delivered = city.state.taps.map(({ tapId, outcome, guard }) => `${tapId} ${outcome} ${guard}`);
  expect(delivered.toSorted()).toEqual(
    answers.map(({ tapId, outcome, guard }) => `${tapId} ${outcome} ${guard}`).toSorted(),
  );
}

it('goes on alone while Redis is gone, loses nothing, and uses it again when it is back', async () => {
  const answers: TapAnswer[] = [];
  await tapUntil('redis', answers);
  const used = await city.ticket();
  answers.push(await validator.tap(used));
  await redis.stop();
  for (let index = 0; index < 50; index += 1) answers.push(await tapFresh());
  expect(answers.slice(-50).every(({ outcome, guard }) => outcome === 'accepted' && guard === 'local')).toBe(
    true,
  );
  expect((await validator.status()).guard).toBe('local');
  const again = await validator.tap(used, '2A-02-in');
  answers.push(again);
  expect(again).toMatchObject({ reason: 'replayed', lastUse: { nameEn: 'Láng' } });

  await redis.start();
  await tapUntil('redis', answers);
  expect((await validator.status()).guard).toBe('redis');
  const afterReturn = await validator.tap(used, '2A-02-in');
  answers.push(afterReturn);
  expect(afterReturn).toMatchObject({ reason: 'replayed' }); // although Redis came back empty
  await expectAllDelivered(answers);
});

it('goes on alone while Redis takes commands and never answers', async () => {
  const answers: TapAnswer[] = [];
  await tapUntil('redis', answers);
  await redis.pause();
  for (let index = 0; index < 10; index += 1) answers.push(await tapFresh());
  // All at once, as a slow machine would else let the breaker try Redis again at every tap.
  answers.push(...(await Promise.all(Array.from({ length: 60 }, tapFresh))));
  expect(answers.slice(-70).every(({ outcome, guard }) => outcome === 'accepted' && guard === 'local')).toBe(
    true,
  );
  // Not each tap waits out its budget: the breaker opened. Metrics count, so that no clock decides the test.
  const metrics = await (await fetch(`${validator.url}/metrics`)).text();
  const within = (bucket: string) =>
    Number(
      new RegExp(`vedong_guard_seconds_bucket\\{le="${bucket}",[^}]*guard="local"\\} (\\d+)`).exec(
        metrics,
      )?.[1],
    );
  expect(within('0.025')).toBeGreaterThan(30);
  await redis.resume();
  await tapUntil('redis', answers);
  await expectAllDelivered(answers);
});

it('remembers what another validator used, once Redis told it', async () => {
  await tapUntil('redis', []);
  const slot = slotAt(Date.now() / 1000);
  const client = new Redis(redis.url);
  const card = '1.00000000000000bb';
  await client.set(`vd:{${card}}`, `${slot} v-9/elsewhere tap-of-another ${Date.now() / 1000}`);
  client.disconnect();
  const copy = await city.ticket({ cardRef: '00000000000000bb', slot });
  const refused = await validator.tap(copy);
  expect(refused).toMatchObject({ reason: 'replayed', guard: 'redis' });
  expect(refused).not.toHaveProperty('lastUse');
  await redis.stop();
  expect(await validator.tap(copy)).toMatchObject({ reason: 'replayed', guard: 'local' });
});

async function showEverywhere(ticket: string): Promise<TapAnswer[]> {
  return Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      validator.tap(ticket, index % 2 === 0 ? '2A-01-in' : '2A-02-in'),
    ),
  );
}

it.each([
  ['up', () => Promise.resolve()],
  ['stopped', () => redis.stop()],
  ['stalled', () => redis.pause()],
])('accepts exactly one of 200 showings at once while Redis is %s', async (_state, bring) => {
  await bring();
  const answers = await showEverywhere(await city.ticket());
  const accepted = new Set(answers.filter(({ outcome }) => outcome === 'accepted').map(({ tapId }) => tapId));
  expect(accepted.size).toBe(1);
  const first = answers.find(({ outcome, repeat }) => outcome === 'accepted' && !repeat)!;
  expect(answers.filter(({ outcome, repeat }) => outcome === 'accepted' && !repeat)).toHaveLength(1);
  expect(answers.filter(({ repeat }) => repeat).every(({ gate }) => gate === first.gate)).toBe(true);
  const elsewhere = answers.filter(({ gate }) => gate !== first.gate);
  expect(elsewhere).toHaveLength(100);
  expect(elsewhere.every(({ reason }) => reason === 'replayed')).toBe(true);
  // At the same gate a showing repeats the answer, or is replayed where the machine took over five seconds.
  expect(answers.filter(({ repeat, reason }) => repeat || reason === 'replayed')).toHaveLength(199);
  await expectAllDelivered(answers.filter(({ repeat }) => !repeat));
});

it('accepts exactly one of many showings while Redis stalls in their midst', async () => {
  const tickets = await Promise.all(Array.from({ length: 40 }, () => city.ticket()));
  const showings = tickets.flatMap((ticket) => [ticket, ticket, ticket, ticket]);
  const answers = showings.map(async (ticket, index) => {
    if (index === 60) await redis.pause();
    return validator.tap(ticket, index % 2 === 0 ? '2A-01-in' : '2A-02-in');
  });
  const accepted = (await Promise.all(answers)).filter(
    ({ outcome, repeat }) => outcome === 'accepted' && !repeat,
  );
  expect(accepted).toHaveLength(tickets.length);
  await redis.resume();
});
