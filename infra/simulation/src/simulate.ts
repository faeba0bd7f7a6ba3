/** The simulate command: lives through seeds, and says of each that fails how to see it again. */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { plantedBugs, type PlantedBugName } from './planted-bugs.ts';
import { howToSeeAgain, runSeed } from './world.ts';

const usage = `Usage: npm run -s simulate -- [--seed N | --seeds COUNT [--from N]] [--trace] [--bug NAME]
  --seed N       live through one seed
  --seeds COUNT  live through as many seeds in a row (100), from a random one, or from N
  --trace        tell everything that happens
  --bug NAME     plant a mistake: ${Object.keys(plantedBugs).join(', ')}
`;

const highestSeed = 2 ** 31 - 1;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '100' },
    from: { type: 'string' },
    trace: { type: 'boolean', default: false },
    bug: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function wholeNumber(text: string, name: string): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > highestSeed)
    stop(`--${name} must be a whole number up to ${highestSeed}.`);
  return number;
}

function stop(sentence: string): never {
  process.stderr.write(`${sentence}\n\n${usage}`);
  process.exit(2);
}

function readBug(): PlantedBugName | undefined {
  if (values.bug === undefined) return undefined;
  if (!Object.hasOwn(plantedBugs, values.bug)) stop(`There is no planted bug "${values.bug}".`);
  return values.bug as PlantedBugName;
}

async function run(): Promise<void> {
  const bug = readBug();
  const first =
    values.seed !== undefined
      ? wholeNumber(values.seed, 'seed')
      : values.from !== undefined
        ? wholeNumber(values.from, 'from')
        : randomInt(highestSeed - 1_000_000);
  const count = values.seed !== undefined ? 1 : wholeNumber(values.seeds, 'seeds');
  const onTrace = values.trace ? (line: string) => process.stdout.write(`${line}\n`) : undefined;
  const startedAt = performance.now();
  const sums = { gates: 0, riders: 0, taps: 0, accepted: 0, trips: 0, secondTries: 0, starts: 0 };
  let failed = 0;
  process.stdout.write(`seeds ${first} to ${first + count - 1}\n`);
  for (let seed = first; seed < first + count; seed += 1) {
    const { broken, counts, digest } = await runSeed({ seed, bug, onTrace });
    for (const name of Object.keys(sums) as (keyof typeof sums)[]) sums[name] += counts[name];
    if (count === 1) process.stdout.write(`digest ${digest}\n`);
    const lived = seed - first + 1;
    if (lived % 1000 === 0) process.stdout.write(`${lived} seeds, ${failed} failed\n`);
    const [worst] = broken;
    if (!worst) continue;
    failed += 1;
    process.stdout.write(`${howToSeeAgain(seed, bug)}  # ${worst.invariant}: ${worst.what}\n`);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  process.stdout.write(
    `${count - failed} seeds passed, ${failed} failed, in ${seconds.toFixed(1)} s: ${JSON.stringify(sums)}\n`,
  );
  process.exitCode = failed === 0 ? 0 : 1;
}

await run();
