/** F1: Redis killed under load, back empty; F3: Redis takes commands and never answers. Two real validators. */
import { startTestRedis, type TestRedis } from '@vedong/testing/redis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually } from '../test-validator.ts';
import {
  describeTimes,
  expectDoublesFound,
  expectNothingLost,
  isLong,
  listDoubleAccepts,
  load,
  report,
  startTwoValidators,
  type Given,
  type TwoValidators,
} from './two-validators.ts';

const plan = { tapsPerSecond: isLong ? 200 : 60, copyEvery: 3, copyAfterMilliseconds: 1500 };
const tapsOfPhase = isLong ? 3000 : 120;
let redis: TestRedis;
let two: TwoValidators;

beforeEach(async () => {
  redis = await startTestRedis();
  two = await startTwoValidators([redis.url, redis.url]);
});
afterEach(async () => {
  await two.stop();
  await redis.remove();
});

const after = async (taps: number) => {
  const target = two.given.length + taps;
  await eventually(() => two.given.length >= target, 60);
};

/** When each validator first judged with Redis again, in milliseconds after `since`. */
async function waitForReturn(since: number): Promise<number[]> {
  const findFirst = (at: number) =>
    two.given.find((one) => one.at === at && one.givenAt > since && one.answer.guard === 'redis');
  await eventually(() => [0, 1].every((at) => findFirst(at) !== undefined), 60);
  return [0, 1].map((at) => findFirst(at)!.givenAt - since);
}

it('F1: gates go on, nothing is lost, and every double use is found', { timeout: 240_000 }, async () => {
  let killedAt = 0;
  let startedAt = 0;
  let recovery: number[] = [];
  const beganAt = performance.now();
  await load(two, plan, async () => {
    await after(tapsOfPhase);
    killedAt = performance.now();
    await redis.kill('SIGKILL');
    await after(tapsOfPhase);
    await redis.start();
    startedAt = performance.now();
    recovery = await waitForReturn(startedAt);
    await after(tapsOfPhase);
  });
  const delivered = await two.delivered();
  expectNothingLost(two.given, delivered);
  const doubles = listDoubleAccepts(two.given);
  expectDoublesFound(doubles, delivered);
  // The later tap was judged without Redis, or by a Redis that was new; the first says so too where the test's was young.
  const isMarked = doubles.filter((taps) => {
    const { answer } = taps.toSorted((one, other) => one.givenAt - other.givenAt).at(-1)!;
    return answer.guard === 'local' || answer.marks?.includes('claims_forgotten');
  });
  expect(isMarked).toEqual(doubles);
  const isOfNewRedis = (taps: Given[]) => taps.every(({ answer }) => answer.guard === 'redis');
  const others = two.given.filter(
    ({ answer }) => answer.outcome === 'rejected' && answer.reason !== 'replayed',
  );
  expect(others).toEqual([]);
  report(
    'F1',
    [
      `with Redis ${describeTimes(two.given, beganAt, killedAt)}, without ${describeTimes(two.given, killedAt, startedAt)}`,
      `used again after ${recovery.map(Math.round).join(' and ')} ms`,
      `${doubles.length} tickets accepted twice, all found by card and slot, each with a tap that says local or that Redis was new, ${doubles.filter(isOfNewRedis).length} of them judged by Redis both times`,
      'none lost',
    ].join('; '),
  );
});

it('F3: gates go on while Redis is silent, and few riders wait for it', { timeout: 240_000 }, async () => {
  const beganAt = performance.now();
  let pausedAt = 0;
  let localAt = 0;
  let resumedAt = 0;
  await load(two, plan, async () => {
    await after(tapsOfPhase);
    pausedAt = performance.now();
    await redis.pause();
    await eventually(async () => (await two.guards()).every((guard) => guard === 'local'), 30);
    localAt = performance.now();
    await after(tapsOfPhase);
    resumedAt = performance.now();
    await redis.resume();
    await waitForReturn(performance.now());
  });
  const delivered = await two.delivered();
  expectNothingLost(two.given, delivered);
  const doubles = listDoubleAccepts(two.given);
  expectDoublesFound(doubles, delivered);
  for (const program of two.programs) {
    expect(program.process.exitCode).toBeNull();
    expect(program.output()).not.toMatch(/unhandled/i);
  }
  report(
    'F3',
    [
      `before ${describeTimes(two.given, beganAt, pausedAt)}, while silent ${describeTimes(two.given, pausedAt, resumedAt)}`,
      `left alone after ${Math.round(localAt - pausedAt)} ms`,
      `${doubles.length} tickets accepted twice, all found by card and slot`,
      'none lost',
    ].join('; '),
  );
});
