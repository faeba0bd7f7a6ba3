/** `npm run load -- ride`: starts what the load needs on free ports, lets k6 drive it, prints what k6 measured. */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { PlainError } from '@vedong/infra/plain-error';
import { projectRoot } from '@vedong/infra/project';
import { findFreePorts, startStack } from '@vedong/infra/stack';

const k6Version = 'v1.8.1';
const k6Module = `go.k6.io/k6@${k6Version}`;
const cacheFolder = join(projectRoot, '.vedong', 'bin');
const scriptFolder = import.meta.dirname;

/** k6 on PATH, the one built earlier, or one built now from its Go source. */
function findOrBuildK6(): string {
  const built = join(cacheFolder, 'k6');
  const installed = ['k6', built].find((program) => spawnSync(program, ['version']).status === 0);
  if (installed) return installed;
  if (spawnSync('go', ['version']).status !== 0) {
    throw new PlainError(
      `k6 is not installed and there is no Go to build it. Install k6 (https://grafana.com/docs/k6), or Go 1.25 or newer and run this again.`,
    );
  }
  console.log(`Building k6 ${k6Version} from its source (a few minutes, once) ...`);
  const build = spawnSync('go', ['install', k6Module], {
    stdio: 'inherit',
    env: { ...process.env, GOBIN: cacheFolder },
  });
  if (build.status !== 0 || !existsSync(built)) {
    throw new PlainError(`k6 could not be built. Try: GOBIN=${cacheFolder} go install ${k6Module}`);
  }
  return built;
}

function scriptFor(name: string | undefined): string {
  const names = readdirSync(scriptFolder).flatMap((file) =>
    file.endsWith('.js') ? [basename(file, '.js')] : [],
  );
  if (name && names.includes(name)) return join(scriptFolder, `${name}.js`);
  throw new PlainError(`Say which load: npm run load -- ${names.join(' | ')}`);
}

async function main(): Promise<number> {
  const name = process.argv[2];
  const script = scriptFor(name);
  const k6 = findOrBuildK6();
  const dataFolder = mkdtempSync(join(tmpdir(), 'vedong-load-'));
  chmodSync(dataFolder, 0o711); // as root, PostgreSQL's account must reach its folder inside
  console.log('Starting what the load needs ...');
  const stack = await startStack({ dataFolder, ports: await findFreePorts(), redis: true });
  try {
    console.log(`${new Date().toISOString()}, ${cpus().length} cores, ${versionOf(k6)}`);
    const env = { ...process.env, ISSUER_URL: stack.issuerUrl, VALIDATOR_URL: stack.validatorUrl };
    const run = spawn(k6, ['run', '--quiet', '--no-usage-report', script], { stdio: 'inherit', env });
    const [status] = (await once(run, 'exit')) as [number | null];
    return status ?? 1;
  } finally {
    await stack.stop();
    rmSync(dataFolder, { recursive: true, force: true });
  }
}

const versionOf = (k6: string) => execFileSync(k6, ['version'], { encoding: 'utf8' }).trim();

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof PlainError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
