/** `npm run load:overload`: what a validator still does under three times the load that it can take (F20). */
import { setTimeout as sleep } from 'node:timers/promises';
import { runOpenLoad, type LoadResult } from '@vedong/testing/open-load';
import { openedBy, separateCores, startOneGate, type OneGate } from './one-gate.ts';

const overloadSeconds = Number(process.env['SECONDS'] ?? 60);
const peakSeconds = 15;
/** More than it takes. */
const secondsToMakeCode = 0.0004;
const drive = { path: '/v1/taps', repeatsRefused: true };

/** Raises the rate until taps are refused, or answered late; gives the last that was taken well, in taps a second. */
async function findPeak(world: OneGate): Promise<number> {
  let peak = 0;
  for (let rate = 300; ; rate = Math.round(rate * 1.15)) {
    const bodies = await world.newBodies(rate * 5, () => 15);
    const result = await runOpenLoad({ ...drive, port: world.port, bodies, perSecond: rate, seconds: 5 });
    const late = result.answers.filter(({ dueAt, answeredAt }) => answeredAt - dueAt > 500).length;
    if (refused(result) > 0 || late > result.answers.length / 100) return peak;
    peak = rate;
  }
}

const refused = ({ answers }: LoadResult) => answers.filter(({ status }) => status === 503).length;
const opened = ({ answers }: LoadResult) => answers.flatMap((answer) => openedBy(answer) ?? []);

/** Opened gates a second, over the time in which the load came. */
async function run(world: OneGate, perSecond: number, seconds: number, peak: number) {
  const count = Math.round(peak * 1.3 * seconds);
  // What is refused comes again first, so a code's turn comes at the pace at which gates are opened.
  const makingSeconds = 2 + count * secondsToMakeCode;
  const startsAt = performance.now() + makingSeconds * 1000;
  const bodies = await world.newBodies(count, (index) => makingSeconds + index / (peak * 1.3));
  await sleep(Math.max(0, startsAt - performance.now()));
  const result = await runOpenLoad({ ...drive, port: world.port, bodies, perSecond, seconds });
  const inTime = result.answers.filter(({ answeredAt }) => answeredAt <= seconds * 1000);
  const goodput = inTime.filter((answer) => openedBy(answer) !== null).length / seconds;
  const odd = result.answers.filter((answer) => answer.status !== 503 && openedBy(answer) === null);
  const waits = result.answers
    .filter(({ status }) => status === 200)
    .map(({ dueAt, answeredAt }) => answeredAt - dueAt)
    .toSorted((one, other) => one - other);
  const p99 = waits[Math.floor(0.99 * waits.length)] ?? 0;
  console.log(
    `| ${perSecond} | ${seconds} s | ${goodput.toFixed(0)} | ${refused(result)} | ${odd.length} | ${result.broken} | ${p99.toFixed(0)} ms | ${result.latestMilliseconds.toFixed(0)} ms |`,
  );
  if (odd.length > 0)
    console.log(`  the first that was neither opened nor refused: ${odd[0]!.status} ${odd[0]!.text}`);
  return { taps: opened(result), goodput };
}

const world = await startOneGate();
try {
  const isSeparate = separateCores(world.validator.pid, world.redis.pid);
  console.log(isSeparate ? 'The validator has one core, everything else the others.' : 'Cores are shared.');
  const warm = await world.newBodies(3000, () => 15);
  await runOpenLoad({ ...drive, port: world.port, bodies: warm, perSecond: 300, seconds: 10 });
  const peak = await findPeak(world);
  console.log(
    '| taps/s shown | for | opened/s | refused | neither | broken | p99 of the opened | driver late by at most |',
  );
  console.log('| --- | --- | --- | --- | --- | --- | --- | --- |');
  const before = await run(world, peak, peakSeconds, peak);
  const during = await run(world, peak * 3, overloadSeconds, peak);
  const after = await run(world, peak, peakSeconds, peak);
  const ids = new Set([before, during, after].flatMap(({ taps }) => taps.map(({ tapId }) => tapId)));
  for (let waited = 0; waited < 120 && !isDelivered(ids); waited += 1) await sleep(1000);
  console.log(
    `\ngoodput under three times the peak: ${((during.goodput / before.goodput) * 100).toFixed(0)} % (target 90); ` +
      `afterwards ${((after.goodput / before.goodput) * 100).toFixed(0)} %; ` +
      `${ids.size} opened, ${isDelivered(ids) ? 'all' : 'NOT all'} of them at the operator`,
  );
} finally {
  await world.stop();
}

function isDelivered(ids: ReadonlySet<string>): boolean {
  const delivered = new Set(world.city.state.taps.map(({ tapId }) => tapId));
  return [...ids].every((id) => delivered.has(id));
}
