/** `npm run load:decision`: how long a gate waits for its answer, in an open loop, with Redis and without (S4). */
import { runOpenLoad } from '@vedong/testing/open-load';
import { openedBy, startOneGate, type OneGate } from './one-gate.ts';

const rates = (process.env['RATES'] ?? '155,500,1000').split(',').map(Number);
/** The first taps of a new process compile it. */
const warmUp = { perSecond: 300, seconds: 10 };
/** A code counts for 45 s at least, of which making them takes some. */
const seconds = Math.min(25, Number(process.env['SECONDS'] ?? 20));

async function measure(world: OneGate, perSecond: number, guard: 'redis' | 'local'): Promise<string> {
  const bodies = await world.newBodies(perSecond * seconds, () => 15);
  const { answers, broken, latestMilliseconds } = await runOpenLoad({
    port: world.port,
    path: '/v1/taps',
    bodies,
    perSecond,
    seconds,
  });
  const right = answers.filter((answer) => openedBy(answer)?.guard === guard).length;
  const times = answers
    .map(({ dueAt, answeredAt }) => answeredAt - dueAt)
    .toSorted((one, other) => one - other);
  const at = (share: number) =>
    times[Math.min(times.length - 1, Math.floor(share * times.length))]!.toFixed(1);
  const target = guard === 'redis' ? 50 : 20;
  return `| ${perSecond} | ${guard} | ${at(0.5)} ms | ${at(0.95)} ms | ${at(0.99)} ms | ${target} ms | ${at(1)} ms | ${right} of ${answers.length + broken} | ${latestMilliseconds.toFixed(0)} ms |`;
}

const world = await startOneGate();
try {
  const { perSecond, seconds: warming } = warmUp;
  const bodies = await world.newBodies(perSecond * warming, () => 15);
  await runOpenLoad({ port: world.port, path: '/v1/taps', bodies, perSecond, seconds: warming });
  console.log(
    '| taps/s | guard | median | p95 | p99 | target of p99 | longest | opened by that guard | driver late by at most |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const rate of rates) console.log(await measure(world, rate, 'redis'));
  await world.redis.stop();
  for (const rate of rates) console.log(await measure(world, rate, 'local'));
} finally {
  await world.stop();
}
