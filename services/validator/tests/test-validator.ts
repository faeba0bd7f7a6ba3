/** A validator under test: in this process with a clock of the test's own, or as the real program. */
import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createClient, type TapAnswer, type ValidatorApi, type ValidatorStatus } from '@vedong/contracts';
import { systemClock, type Clock } from '@vedong/runtime/clock';
import { silentLog } from '@vedong/runtime/log';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import { afterAll } from 'vitest';
import { createValidator } from '../src/app.ts';
import { readValidatorConfig } from '../src/config.ts';
import { enrolmentCode, type TestCity } from './test-city.ts';

const folders: string[] = [];
const programs: ChildProcess[] = [];
afterAll(() => {
  for (const program of programs) program.kill('SIGKILL'); // those a failed test left running
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A data folder that is removed after the test file. */
export function newFolder(): string {
  const folder = makeTemporaryFolder();
  folders.push(folder);
  return folder;
}

export interface ValidatorPlan {
  city: Pick<TestCity, 'url'>;
  folder?: string;
  clock?: Clock;
  env?: Record<string, string | undefined>;
}

export interface TestValidator {
  url: string;
  folder: string;
  tap: (ticket: string, gate?: string) => Promise<TapAnswer>;
  status: () => Promise<ValidatorStatus>;
  stop: () => Promise<void>;
}

export const environment = ({
  city,
  folder,
  env,
}: ValidatorPlan & { folder: string }): NodeJS.ProcessEnv => ({
  DATA_FOLDER: folder,
  OPERATOR_URL: city.url,
  ISSUER_URL: city.url,
  ENROLMENT_CODE: enrolmentCode,
  REFRESH_SECONDS: '1',
  LOG_LEVEL: 'warn',
  PORT: '0',
  ...env,
});

/** Without waiting for anything: whether it is ready is for the test to say. */
export async function startValidator(plan: ValidatorPlan): Promise<TestValidator> {
  const folder = plan.folder ?? newFolder();
  const config = readValidatorConfig(environment({ ...plan, folder }));
  const { app, close } = await createValidator(config, plan.clock ?? systemClock, silentLog);
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...callsOf(url),
    folder,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      close();
    },
  };
}

export async function startReadyValidator(plan: ValidatorPlan): Promise<TestValidator> {
  const validator = await startValidator(plan);
  await eventually(async () => (await fetch(`${validator.url}/readyz`)).ok);
  return validator;
}

export function callsOf(url: string) {
  const call = createClient<ValidatorApi>(url);
  return {
    url,
    tap: (ticket: string, gate = '2A-01-in') => call('POST /v1/taps', { body: { gate, ticket } }),
    status: () => call('GET /v1/status'),
  };
}

export interface Program {
  process: ChildProcess;
  /** What it wrote to standard output and error so far. */
  output: () => string;
  ended: Promise<number | NodeJS.Signals>;
}

/** `node src/main.ts` as a child. */
export function runProgram(plan: ValidatorPlan & { folder: string }): Program {
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], ...environment(plan), LOG_LEVEL: 'info', ...plan.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  programs.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? code ?? 0));
  });
  return { process: child, output: () => output, ended };
}

/** The calls of a program that says it is ready. */
export async function waitForProgram(program: Program) {
  const port = () => /"port":(\d+)/.exec(program.output())?.[1];
  const endsFirst = program.ended.then((how) => {
    throw new Error(`the program ended with ${how}: ${program.output().slice(-2000)}`);
  });
  await Promise.race([eventually(() => port() !== undefined, 60), endsFirst]);
  const url = `http://127.0.0.1:${port()}`;
  await Promise.race([eventually(async () => (await fetch(`${url}/readyz`)).ok, 60), endsFirst]);
  return callsOf(url);
}

/** Polls until `check` holds; throws after `seconds`. */
export async function eventually(check: () => boolean | Promise<boolean>, seconds = 15): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error(`did not come about in ${seconds} s: ${String(check)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
