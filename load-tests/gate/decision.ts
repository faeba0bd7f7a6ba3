/** `npm run load:decision`: how long a gate waits for its answer, in an open loop, with Redis, without, and with a replica that must hold each claim (S4). */
import { runOpenLoad } from '@vedong/testing/open-load';
import { openedBy, startOneGate, type OneGate } from './one-gate.ts';

const rates = (process.env['RATES'] ?? '155,500,1000').split(',').map(Number);
const warmUp = { perSecond: 300, seconds: 10 };
/** A code counts for 45 s at least, of which making them takes some. */
const seconds = Math.min(25, Number(process.env['SECONDS'] ?? 20));

async function measure(world: OneGate, perSecond: number, { name, guard, target }: Guard): Promise<string> {
  const { port } = world;
  const bodies = await world.newBodies(perSecond * seconds, () => 15);
  const load = { port, path: '/v1/taps', bodies, perSecond, seconds };
  const { answers, broken, latestMilliseconds } = await runOpenLoad(load);
  const right = answers.filter((answer) => openedBy(answer)?.guard === guard).length;
  const times = answers
    .map(({ dueAt, answeredAt }) => answeredAt - dueAt)
    .toSorted((one, other) => one - other);
  const at = (share: number) =>
    `${times[Math.min(times.length - 1, Math.floor(share * times.length))]!.toFixed(1)} ms`;
  return `| ${[
    perSecond,
    name,
    at(0.5),
    at(0.95),
    at(0.99),
    target,
    at(1),
    `${right} of ${answers.length + broken}`,
    `${latestMilliseconds.toFixed(0)} ms`,
  ].join(' | ')} |`;
}

/** A validator that has been at work for some seconds: the first taps of a new process compile it. */
async function startWarmGate(replicas: 0 | 1): Promise<OneGate> {
  const world = await startOneGate({ replicas });
  const { perSecond, seconds: warming } = warmUp;
  const bodies = await world.newBodies(perSecond * warming, () => 15);
  await runOpenLoad({ port: world.port, path: '/v1/taps', bodies, perSecond, seconds: warming });
  return world;
}

interface Guard {
  name: string;
  guard: 'redis' | 'local';
  target: string;
}

async function measureAll(world: OneGate, guard: Guard): Promise<void> {
  for (const rate of rates) console.log(await measure(world, rate, guard));
}

const columns = [
  'taps/s',
  'guard',
  'median',
  'p95',
  'p99',
  'target of p99',
  'longest',
  'opened by that guard',
];
const head = [...columns, 'driver late by at most'];

let world = await startWarmGate(0);
try {
  console.log(`| ${head.join(' | ')} |\n|${' --- |'.repeat(head.length)}`);
  await measureAll(world, { name: 'Redis', guard: 'redis', target: '50 ms' });
  await world.redis.stop();
  await measureAll(world, { name: 'Redis gone', guard: 'local', target: '20 ms' });
  await world.stop();
  world = await startWarmGate(1);
  await measureAll(world, { name: 'Redis and a replica', guard: 'redis', target: '' });
} finally {
  await world.stop();
}
