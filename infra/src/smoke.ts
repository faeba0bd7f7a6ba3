/** CI's last check: `npm start` in an empty folder comes up, serves one whole ride, and goes down leaving nothing. */
import { strict as assert } from 'node:assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { IssuerApi, OperatorApi } from '@vedong/contracts';
import { createClient, type ValidatorApi } from '@vedong/contracts';
import { readOrMakeSecrets } from './data-folder.ts';
import { demoStaffEmail } from './demo/city.ts';
import { createSessionClient } from './demo/session-client.ts';
import { requireFreePort } from './ports.ts';
import { commandLineOf } from './process-table.ts';
import { projectRoot } from './project.ts';
import { findFreePorts, type Ports } from './stack.ts';

const upWithinSeconds = 300;
const downWithinSeconds = 60;
const tripWithinSeconds = 30;

/** Resolves when npm start says that everything runs; what it says goes to our screen, to its end. */
function waitUntilUp(npmStart: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = () => reject(new Error(`npm start ended, or did not come up in ${upWithinSeconds} s`));
    setTimeout(fail, upWithinSeconds * 1000).unref();
    npmStart.once('exit', fail);
    createInterface({ input: npmStart.stdout! }).on('line', (line) => {
      console.log(`  | ${line}`);
      if (line === 'Vedong is running.') resolve();
    });
  });
}

/** Sign in, card, tickets, entry, a copy refused, exit, the trip at the operator and in the rider's history. */
async function rideOnce(ports: Ports, staff: { email: string; password: string }): Promise<void> {
  const issuer = createSessionClient<IssuerApi>(`http://localhost:${ports.issuer}`);
  const operator = createSessionClient<OperatorApi>(`http://localhost:${ports.operator}`);
  const validator = createClient<ValidatorApi>(`http://localhost:${ports.validator}`);
  const phone = '0912345678';

  const { demoCode } = await issuer('POST /v1/sign-in/codes', { body: { phone } });
  assert(demoCode, 'the demo shows the one-time code');
  await issuer('POST /v1/sign-in', { body: { phone, code: demoCode } });
  const { cardId } = await issuer('POST /v1/cards', { body: { nickname: 'Smoke', colour: 'lake' } });
  const { tickets } = await issuer('POST /v1/cards/{cardId}/tickets', {
    params: { cardId },
    body: { count: 2 },
  });
  const tap = (gate: string, index: number) =>
    validator('POST /v1/taps', { body: { gate, ticket: tickets[index]!.ticket } });

  const entry = await tap('2A-01-in', 0);
  assert.equal(entry.outcome, 'accepted', `entry: ${entry.reason}`);
  const copy = await tap('2A-02-in', 0);
  assert.equal(copy.reason, 'replayed', 'the same code at another gate');
  const exit = await tap('2A-04-out', 1);
  assert.equal(exit.outcome, 'accepted', `exit: ${exit.reason}`);
  console.log('  tapped in, copy refused, tapped out');

  await operator('POST /v1/sign-in', { body: staff });
  await eventually('the complete trip at the operator', async () => {
    const { trips } = await operator('GET /v1/trips', { query: { gateId: '2A-04-out' } });
    return trips.some((trip) => trip.state === 'complete' && trip.entry?.gateId === '2A-01-in');
  });
  await eventually("the complete trip in the rider's history", async () => {
    const { trips } = await issuer('GET /v1/cards/{cardId}/trips', { params: { cardId }, query: {} });
    return trips.some((trip) => trip.state === 'complete' && trip.exit?.gateId === '2A-04-out');
  });
}

async function eventually(what: string, isThere: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + tripWithinSeconds * 1000; Date.now() < deadline; await sleep(250)) {
    if (await isThere()) {
      console.log(`  found ${what}`);
      return;
    }
  }
  throw new Error(`${what} was not there after ${tripWithinSeconds} s`);
}

/** Everything that npm start noted as running, and itself. */
function recordedProcesses(dataFolder: string): { name: string; pid: number }[] {
  const record = JSON.parse(readFileSync(join(dataFolder, 'run.json'), 'utf8')) as {
    name: string;
    pid: number;
    children: { name: string; pid: number }[];
  };
  return [record, ...record.children];
}

async function goDown(npmStart: ChildProcess): Promise<void> {
  const ended = once(npmStart, 'exit', { signal: AbortSignal.timeout(downWithinSeconds * 1000) });
  npmStart.kill('SIGTERM');
  await ended;
}

async function checkNothingIsLeft(processes: { name: string; pid: number }[], ports: Ports): Promise<void> {
  await eventually('nothing of it running', async () =>
    processes.every(({ pid }) => commandLineOf(pid) === undefined),
  );
  for (const [name, port] of Object.entries(ports)) await requireFreePort(port, name);
}

console.log('\n== smoke: npm start in an empty folder');
const dataFolder = mkdtempSync(join(tmpdir(), 'vedong-smoke-'));
chmodSync(dataFolder, 0o711); // as root, PostgreSQL's account must reach its folder inside
const ports = await findFreePorts();
const npmStart = spawn('npm', ['start'], {
  cwd: projectRoot,
  env: {
    ...process.env,
    VEDONG_DATA: dataFolder,
    ISSUER_PORT: String(ports.issuer),
    OPERATOR_PORT: String(ports.operator),
    VALIDATOR_PORT: String(ports.validator),
    BANK_PORT: String(ports.bank),
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  await waitUntilUp(npmStart);
  console.log('== smoke: one ride');
  await rideOnce(ports, { email: demoStaffEmail, password: readOrMakeSecrets(dataFolder).staffPassword });
  console.log('== smoke: SIGTERM');
  const processes = recordedProcesses(dataFolder);
  await goDown(npmStart);
  await checkNothingIsLeft(processes, ports);
  rmSync(dataFolder, { recursive: true });
  console.log('== smoke: passed');
} catch (error) {
  npmStart.kill('SIGTERM');
  console.error(`== smoke: FAILED: ${String(error)} (logs: ${join(dataFolder, 'logs')})`);
  process.exitCode = 1;
}
