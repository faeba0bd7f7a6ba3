/** F22: two validators race for one ticket, ten thousand times. */
import { silentLog } from '@vedong/runtime/log';
import { startTestRedis, type TestRedis } from '@vedong/testing/redis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectRedisGuard } from '../../src/replay/redis-guard.ts';
import { copyOf, newClaim } from '../guard-claims.ts';
import {
  expectDoublesFound,
  expectNothingLost,
  isLong,
  report,
  startTwoValidators,
} from './two-validators.ts';

const guardRaces = 10_000;
const validatorRaces = isLong ? 10_000 : 300;
const racesAtOnce = 10;
let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.remove());

it('F22: of two guards exactly one accepts, each time', { timeout: 240_000 }, async () => {
  const connect = () => connectRedisGuard(redis.url, 1000, silentLog);
  const guards = [await connect(), await connect()] as const;
  const passage = { area: 'place/lang/entry', rule: { seconds: 300 } };
  const wins = [0, 0];
  for (let done = 0; done < guardRaces; done += racesAtOnce) {
    const races = Array.from({ length: racesAtOnce }, async (_, index) => {
      const claim = newClaim({ passage });
      // Who writes first changes from race to race.
      const [one, other] = index % 2 === 0 ? [0, 1] : [1, 0];
      const answers = await Promise.all([guards[one]!.claim(claim), guards[other]!.claim(copyOf(claim))]);
      expect(answers.map(({ answer }) => answer).toSorted()).toEqual(['accepted', 'replayed']);
      wins[answers[0].answer === 'accepted' ? one : other]! += 1;
    });
    await Promise.all(races);
  }
  expect(wins[0]! + wins[1]!).toBe(guardRaces);
  for (const guard of guards) guard.close();
  report(
    'F22',
    `${guardRaces} races of two guards: exactly one accepted each time (${wins.join(' and ')} times)`,
  );
});

it('F22: of two validators too, and their journals say so', { timeout: 600_000 }, async () => {
  // A budget that a busy machine keeps: this is about the rule, not about an outage.
  const two = await startTwoValidators([redis.url, redis.url], { GUARD_BUDGET_MILLISECONDS: '1000' });
  const wins = [0, 0];
  for (let done = 0; done < validatorRaces; done += racesAtOnce) {
    const races = Array.from({ length: racesAtOnce }, async (_, index) => {
      const ticket = await two.city.ticket();
      const order = index % 2 === 0 ? [0, 1] : [1, 0];
      const answers = await Promise.all(order.map((at) => two.show(ticket, at)));
      expect(answers.map(({ outcome, reason }) => reason ?? outcome).toSorted()).toEqual([
        'accepted',
        'replayed',
      ]);
      wins[order[answers.findIndex(({ outcome }) => outcome === 'accepted')]!]! += 1;
    });
    await Promise.all(races);
  }
  const delivered = await two.delivered();
  expectNothingLost(two.given, delivered);
  expectDoublesFound([], delivered);
  expect(delivered.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(validatorRaces);
  await two.stop();
  report(
    'F22',
    `${validatorRaces} races of two validators: exactly one accepted each time (${wins.join(' and ')} times)`,
  );
});
