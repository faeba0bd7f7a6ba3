/** `npm start`: everything on this machine, until Ctrl-C. Says what it does; what goes wrong is one sentence. */
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { explainFileError, openDataFolder } from './data-folder.ts';
import { PlainError } from './plain-error.ts';
import { findFreePort, requireFreePort } from './ports.ts';
import type { ManagedProcess } from './processes.ts';
import { projectRoot } from './project.ts';
import { takeRunLock } from './run-lock.ts';
import { startStack, type Ports, type Stack, type Step } from './stack.ts';

const dataFolder = resolve(process.env['VEDONG_DATA'] || join(projectRoot, '.vedong'));
const portVariables = {
  issuer: 'ISSUER_PORT',
  operator: 'OPERATOR_PORT',
  validator: 'VALIDATOR_PORT',
  bank: 'BANK_PORT',
} as const;
const stopRequest = new AbortController();
const stoppedByPerson = new PlainError('Stopped.');

async function run(): Promise<void> {
  openDataFolder(dataFolder);
  const ports: Ports = {
    issuer: await choosePort(portVariables.issuer, 8080),
    operator: await choosePort(portVariables.operator, 8070),
    validator: await choosePort(portVariables.validator, 8090),
    bank: await choosePort(portVariables.bank, 8060),
  };
  const addresses = Object.values(ports).map((port) => `http://localhost:${port}`);
  const lock = await takeRunLock(dataFolder, addresses, console.log);
  try {
    for (const name of Object.keys(ports) as (keyof Ports)[])
      await requireFreePort(ports[name], portVariables[name]);
    console.log('Starting Vedong');
    const onChild = (child: ManagedProcess) => {
      lock.addChild(child.name, child.pid);
      child.onUnexpectedEnd((how) => endWhenNeeded(child, how));
    };
    const stack = await startStack({
      dataFolder,
      ports,
      redis: true,
      riders: true,
      step: showStep,
      onChild,
    });
    try {
      console.log(welcome(stack));
      await stopRequested();
    } finally {
      console.log('Stopping Vedong');
      await stack.stop();
      console.log('Stopped');
    }
  } finally {
    lock.release();
  }
}

/** A port from the environment; 0 asks for any free one. */
async function choosePort(variable: string, usual: number): Promise<number> {
  const text = process.env[variable] || String(usual);
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new PlainError(`${variable} must be a port from 1 to 65535, or 0 for any free one, not "${text}".`);
  return port === 0 ? findFreePort() : port;
}

/** The title at once, a dot every two seconds, the time at the end. */
const showStep: Step = async (title, work) => {
  stopRequest.signal.throwIfAborted();
  process.stdout.write(`  ${title} ...`);
  const startedAt = performance.now();
  const dots = setInterval(() => process.stdout.write('.'), 2000);
  try {
    const result = await work();
    console.log(` ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    return result;
  } catch (error) {
    console.log(' failed');
    stopRequest.signal.throwIfAborted(); // Ctrl-C in the terminal also ends the program we wait for
    throw error;
  } finally {
    clearInterval(dots);
  }
};

/** Gates go on without Redis, and everything without riders and bank; without any other part there is nothing to show. */
function endWhenNeeded(child: ManagedProcess, how: string): void {
  const what = `${child.name} ended unexpectedly (${how}); its log is ${child.logFile}`;
  if (['Redis', 'the riders', 'the demo bank'].includes(child.name))
    console.log(`${what}. The rest goes on.`);
  else stopRequest.abort(new PlainError(`${what}.`));
}

async function stopRequested(): Promise<void> {
  const { signal } = stopRequest;
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
}

function welcome({ issuerUrl, operatorUrl, validatorUrl, bankUrl, staff, postgres, redis }: Stack): string {
  const lines = [
    '',
    'Vedong is running.',
    '',
    `  passenger's card     ${issuerUrl}   any Vietnamese mobile number, such as 0912 345 678; the page shows the code`,
    `  gate                 ${validatorUrl}   no sign-in; choose a gate`,
    `  operator's console   ${operatorUrl}   ${staff.email}, password ${staff.password}`,
    `  demo bank            ${bankUrl}   pays top-ups; no real money`,
    '',
    `Data and logs are in ${dataFolder}.`,
  ];
  if (!postgres.folder.startsWith(dataFolder))
    lines.push(
      `PostgreSQL does not run as root and its account cannot enter that folder: its data is in ${postgres.folder}.`,
    );
  if (redis === null)
    lines.push(
      "redis-server is not installed: the validator's own memory guards against replay, enough for one validator.",
    );
  return [...lines, 'Ctrl-C stops everything.'].join('\n');
}

/** npm may end without passing a signal on (killed, or a shell between us and it): then our parent changes. */
function stopWithNpm(): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) stopRequest.abort(stoppedByPerson);
  }, 500).unref();
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => stopRequest.abort(stoppedByPerson));
// A closed terminal must not keep us from stopping the children.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
stopWithNpm();

try {
  await run();
} catch (error) {
  if (error !== stoppedByPerson) {
    const explained = explainFileError(error, dataFolder);
    const sentence =
      explained instanceof PlainError ? explained.message : `Vedong could not start: ${String(error)}`;
    console.error(sentence);
    process.exitCode = 1;
  }
}
