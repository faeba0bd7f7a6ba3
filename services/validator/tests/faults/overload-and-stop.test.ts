/** F20, F21: load above what a validator can take is refused and not stalled, and a stop under load loses nothing. */
import type { TapAnswer } from '@vedong/contracts';
import { runOpenLoad } from '@vedong/testing/open-load';
import { startTestRedis } from '@vedong/testing/redis';
import { expect, it } from 'vitest';
import { gates, startTestCity, type TestCity } from '../test-city.ts';
import {
  eventually,
  newFolder,
  runProgram,
  startReadyValidator,
  waitForProgram,
  type TestValidator,
} from '../test-validator.ts';
import { report } from './two-validators.ts';

const overloaded = { status: 503, code: 'overloaded', retryAfterSeconds: 1 };

const newTickets = (city: TestCity, count: number) =>
  Promise.all(Array.from({ length: count }, () => city.ticket()));

const idsDelivered = (city: TestCity) => city.state.taps.map(({ tapId }) => tapId).toSorted();

/** Shows each ticket until it is answered, `atOnce` at a time; a refused one again at once, as a crowd does. */
async function showAll(calls: Pick<TestValidator, 'tap'>, tickets: string[], atOnce: number) {
  const left = [...tickets];
  const answers: TapAnswer[] = [];
  const refusals: unknown[] = [];
  const startedAt = performance.now();
  const scan = async (): Promise<void> => {
    for (let ticket = left.pop(); ticket !== undefined; ticket = left.pop()) {
      try {
        answers.push(await calls.tap(ticket));
      } catch (error) {
        refusals.push(error);
        left.unshift(ticket);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, scan));
  return { answers, refusals, perSecond: (answers.length / (performance.now() - startedAt)) * 1000 };
}

it('F20: taps above the limit are told to come again, the others judged', { timeout: 120_000 }, async () => {
  const city = await startTestCity();
  const redis = await startTestRedis();
  const validator = await startReadyValidator({
    city,
    env: { REDIS_URL: redis.url, GUARD_BUDGET_MILLISECONDS: '1000', TAPS_AT_ONCE: '20' },
  });
  await eventually(async () => (await validator.status()).guard === 'redis', 30);
  const tickets = await newTickets(city, 100);
  // A silent Redis holds every tap up for as long as its budget, so that they heap up on any machine.
  await redis.pause();
  const outcomes = await Promise.allSettled(tickets.map((ticket) => validator.tap(ticket)));
  await redis.resume();
  const answers = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const refusals = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  expect(answers.length).toBeGreaterThanOrEqual(20);
  expect(answers.every(({ outcome }) => outcome === 'accepted')).toBe(true);
  expect(refusals.length).toBeGreaterThan(0);
  for (const refusal of refusals) expect(refusal).toMatchObject(overloaded);
  // A code that was told to come again is not used up.
  const refused = tickets.filter((_, index) => outcomes[index]!.status === 'rejected');
  const again = await showAll(validator, refused, 1);
  expect(again.refusals).toEqual([]);
  expect(again.answers.every(({ outcome, repeat }) => outcome === 'accepted' && !repeat)).toBe(true);
  const ids = [...answers, ...again.answers].map(({ tapId }) => tapId).toSorted();
  await eventually(() => city.state.taps.length >= ids.length, 30);
  expect(idsDelivered(city)).toEqual(ids);
  await validator.stop();
  await redis.remove();
  await city.stop();
});

it(
  'F20: far more than it can take: what is not judged is told to come again, nothing is lost, and then all is as before',
  {
    timeout: 300_000,
  },
  async () => {
    const city = await startTestCity();
    const program = runProgram({ city, folder: newFolder(), env: { TAPS_AT_ONCE: '40' } });
    const calls = await waitForProgram(program);
    const { port } = new URL(calls.url);
    const show = async (count: number, perSecond: number) => {
      const tickets = await newTickets(city, count);
      const bodies = tickets.map((ticket) => JSON.stringify({ gate: gates[0]!.gateId, ticket }));
      const load = { port: Number(port), path: '/v1/taps', bodies, perSecond, seconds: count / perSecond };
      return runOpenLoad({ ...load, repeatsRefused: true });
    };
    const burst = await show(6000, 6000);
    const after = await show(60, 20);
    expect(burst.broken + after.broken).toBe(0);
    const refusals = burst.answers.filter(({ status }) => status !== 200);
    expect(refusals.length).toBeGreaterThan(0);
    for (const { text } of refusals)
      expect(JSON.parse(text)).toMatchObject({ status: 503, code: 'overloaded' });
    expect(after.answers.map(({ status }) => status)).toEqual(Array.from({ length: 60 }, () => 200));
    const judged = [...burst.answers, ...after.answers].filter(({ status }) => status === 200);
    const answers = judged.map(({ text }) => JSON.parse(text) as TapAnswer);
    expect(answers.every(({ outcome, repeat }) => outcome === 'accepted' && !repeat)).toBe(true);
    await eventually(async () => (await calls.status()).journal.unsent === 0, 120);
    expect(idsDelivered(city)).toEqual(answers.map(({ tapId }) => tapId).toSorted());
    report(
      'F20',
      `6,000 taps in a second, ${refusals.length} told to come again; ${answers.length} judged, none lost`,
    );
    program.process.kill('SIGTERM');
    expect(await program.ended).toBe(0);
    await city.stop();
  },
);

it(
  'F21: told to stop under load, drops no tap that it took and ends well',
  { timeout: 120_000 },
  async () => {
    const city = await startTestCity();
    const plan = { city, folder: newFolder() };
    const program = runProgram(plan);
    const calls = await waitForProgram(program);
    const answers: TapAnswer[] = [];
    const failures: unknown[] = [];
    const scan = async (): Promise<void> => {
      for (;;) answers.push(await calls.tap(await city.ticket()));
    };
    const load = Promise.all(
      Array.from({ length: 16 }, () => scan().catch((error: unknown) => failures.push(error))),
    );
    await eventually(() => answers.length >= 200, 60);
    const toldAt = performance.now();
    program.process.kill('SIGTERM');
    // It ends itself with 1 where it needs more than ten seconds.
    expect(await program.ended).toBe(0);
    const seconds = (performance.now() - toldAt) / 1000;
    await load;
    expect(failures).toHaveLength(16);
    for (const error of failures) expect(error).toMatchObject({ code: 'no_answer' });
    const again = runProgram(plan);
    const callsAgain = await waitForProgram(again);
    await eventually(async () => (await callsAgain.status()).journal.unsent === 0, 30);
    // Both ways: no answer without a tap, and no tap that was taken and then left without its answer.
    expect(idsDelivered(city)).toEqual(answers.map(({ tapId }) => tapId).toSorted());
    report(
      'F21',
      `${answers.length} answered, as many taps delivered; ended ${seconds.toFixed(2)} s after SIGTERM`,
    );
    again.process.kill('SIGTERM');
    expect(await again.ended).toBe(0);
    await city.stop();
  },
);
