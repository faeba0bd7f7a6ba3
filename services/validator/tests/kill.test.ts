/** The real program, killed with -9 under load: whatever it answered reaches the operator exactly once. */
import { once } from 'node:events';
import type { TapAnswer } from '@vedong/contracts';
import { startTestRedis } from '@vedong/testing/redis';
import { slotAt } from '@vedong/ticket';
import { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { startTestCity } from './test-city.ts';
import {
  eventually,
  newFolder,
  runProgram,
  waitForProgram,
  type Program,
  type TestValidator,
} from './test-validator.ts';

/** Six gates' worth of scanners, until the program is gone. */
async function tapUntilGone(
  calls: Pick<TestValidator, 'tap'>,
  newTicket: () => Promise<string>,
  answers: TapAnswer[],
) {
  const scan = async (): Promise<void> => {
    for (;;) answers.push(await calls.tap(await newTicket()));
  };
  await Promise.allSettled(Array.from({ length: 6 }, scan));
}

async function kill(program: Program): Promise<void> {
  program.process.kill('SIGKILL');
  await program.ended;
}

it('loses no answered tap and counts none twice over three kills', { timeout: 120_000 }, async () => {
  const city = await startTestCity();
  const redis = await startTestRedis();
  const plan = { city, folder: newFolder(), env: { REDIS_URL: redis.url } };
  const answers: TapAnswer[] = [];
  let used = '';
  for (let round = 0; round < 3; round += 1) {
    const program = runProgram(plan);
    const calls = await waitForProgram(program);
    if (used) expect(await calls.tap(used, '2A-02-in')).toMatchObject({ reason: 'replayed', guard: 'local' });
    used = await city.ticket();
    answers.push(await calls.tap(used));
    const target = answers.length + 200;
    // In the middle round the operator is away, so that a backlog outlives the kill.
    city.state.isUp = round !== 1;
    const load = tapUntilGone(calls, () => city.ticket(), answers);
    await eventually(() => answers.length >= target);
    await kill(program);
    await load;
    city.state.isUp = true;
  }

  const program = runProgram(plan);
  const calls = await waitForProgram(program);
  await eventually(async () => (await calls.status()).journal.unsent === 0);
  const { lastSeq } = (await calls.status()).journal;
  // The city refuses gaps and broken chains, so the numbers fit when all have arrived.
  expect(city.state.records).toHaveLength(lastSeq);
  const delivered = new Map(city.state.taps.map((tap) => [tap.tapId, tap]));
  expect(delivered.size).toBe(city.state.taps.length);
  for (const { tapId, outcome } of answers) expect(delivered.get(tapId)?.outcome).toBe(outcome);
  program.process.kill('SIGTERM');
  expect(await program.ended).toBe(0);
  await redis.remove();
  await city.stop();
});

it('gives a scanner its first answer again across a restart', { timeout: 60_000 }, async () => {
  const city = await startTestCity();
  const plan = { city, folder: newFolder() };
  const first = runProgram(plan);
  const ticket = await city.ticket();
  const answer = await (await waitForProgram(first)).tap(ticket);
  await kill(first);
  const second = runProgram(plan);
  const again = await (await waitForProgram(second)).tap(ticket);
  // A slow machine may take longer than the five seconds in which it counts as the same reading.
  const isQuick = Date.now() - Date.parse(answer.at) < 5000;
  expect(again).toMatchObject(isQuick ? { ...answer, repeat: true } : { outcome: 'rejected' });
  await kill(second);
  await city.stop();
});

it('still knows after a kill what Redis had told it of others', { timeout: 60_000 }, async () => {
  const city = await startTestCity();
  const redis = await startTestRedis();
  const plan = { city, folder: newFolder(), env: { REDIS_URL: redis.url } };
  const first = runProgram(plan);
  const calls = await waitForProgram(first);
  await eventually(async () => (await calls.status()).guard === 'redis');
  const slot = slotAt(Date.now() / 1000);
  const cardRef = '00000000000000bb';
  const client = new Redis(redis.url);
  await client.set(`vd:{1.${cardRef}}`, `${slot} v-9/elsewhere tap-of-another ${Date.now() / 1000}`);
  client.disconnect();
  const copy = await city.ticket({ cardRef, slot });
  expect(await calls.tap(copy)).toMatchObject({ reason: 'replayed', guard: 'redis' });
  await kill(first);
  await redis.stop();
  const second = runProgram(plan);
  const again = await waitForProgram(second);
  expect(await again.tap(copy)).toMatchObject({ reason: 'replayed', guard: 'local' });
  await kill(second);
  await redis.remove();
  await city.stop();
});

it('finishes the taps under way when told to stop', { timeout: 60_000 }, async () => {
  const city = await startTestCity();
  const program = runProgram({ city, folder: newFolder() });
  const calls = await waitForProgram(program);
  const tickets = await Promise.all(Array.from({ length: 20 }, () => city.ticket()));
  const answers = tickets.map((ticket) => calls.tap(ticket));
  await Promise.race(answers);
  program.process.kill('SIGTERM');
  await once(program.process, 'exit');
  const outcomes = await Promise.allSettled(answers);
  // Connections not yet made are refused; none that was made is dropped.
  for (const outcome of outcomes) {
    if (outcome.status === 'fulfilled') expect(outcome.value.outcome).toBe('accepted');
    else expect(outcome.reason).toMatchObject({ code: 'no_answer', message: 'fetch failed' });
  }
  expect(await program.ended).toBe(0);
  await city.stop();
});
