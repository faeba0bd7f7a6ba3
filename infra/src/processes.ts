/** Starts, watches and ends child processes, so that none outlives the command that started it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastWords } from './last-words.ts';
import { PlainError } from './plain-error.ts';

export interface ProcessPlan {
  /** What people call it, as in "the issuer". */
  name: string;
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** The account to run as; only root can ask for another than its own. */
  account?: { uid: number; gid: number } | undefined;
  /** Its standard output and error are appended here. */
  logFile: string;
  /** Text for its standard input: configuration with secrets, which arguments would show to everybody. */
  input?: string;
  /** How it learns that we are gone: our Node programs by their closed IPC channel, others by a watcher. */
  endsWithUs: 'ipc' | 'watcher';
  /** The signal that means "finish what you do, then end". */
  stopSignal: NodeJS.Signals;
  isReady(): Promise<boolean>;
}

/** One child, which may be stopped and started again under the same plan. */
export interface ManagedProcess {
  readonly name: string;
  readonly logFile: string;
  /** The process id now or last. */
  readonly pid: number;
  /** Starts it (again) and waits until it is ready. */
  start(): Promise<void>;
  /** Asks it to end; after ten seconds kills it. */
  stop(): Promise<void>;
  /** Sends any signal; waits for the end after SIGKILL. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** Calls back when it ends although nobody here asked it to. */
  onUnexpectedEnd(callback: (how: string) => void): void;
}

const stopWithinSeconds = 10;
const readyWithinSeconds = 60;

/** Starts a child by its plan and waits until it is ready; a PlainError says why it is not. */
export async function startProcess(plan: ProcessPlan): Promise<ManagedProcess> {
  let child: RunningChild;
  let endIsExpected: boolean;
  let tellUnexpectedEnd: ((how: string) => void) | undefined;

  async function start(): Promise<void> {
    endIsExpected = true;
    child = spawnByPlan(plan);
    const watcher = plan.endsWithUs === 'watcher' ? watchOver(child.pid, plan.stopSignal) : undefined;
    child.once('exit', (code, signal) => {
      watcher?.kill('SIGKILL');
      if (!endIsExpected) tellUnexpectedEnd?.(signal === null ? `exit code ${code}` : `signal ${signal}`);
    });
    try {
      await waitUntilReady(plan, child);
    } catch (error) {
      await endChild(child, plan.stopSignal);
      throw error;
    }
    endIsExpected = false;
  }

  await start();
  return {
    name: plan.name,
    logFile: plan.logFile,
    get pid() {
      return child.pid;
    },
    async start() {
      if (!hasEnded(child)) throw new Error(`${plan.name} is still running`);
      await start();
    },
    async stop() {
      endIsExpected = true;
      await endChild(child, plan.stopSignal);
    },
    async kill(signal) {
      endIsExpected = signal !== 'SIGSTOP' && signal !== 'SIGCONT';
      child.kill(signal);
      if (signal === 'SIGKILL') await endOf(child);
    },
    onUnexpectedEnd(callback) {
      tellUnexpectedEnd = callback;
    },
  };
}

type RunningChild = ChildProcess & { pid: number };

function spawnByPlan(plan: ProcessPlan): RunningChild {
  const log = openSync(plan.logFile, 'a', 0o600);
  const child = spawn(plan.command, plan.args, {
    env: plan.env,
    cwd: plan.cwd,
    ...plan.account,
    // Its own process group: Ctrl-C in the terminal reaches only us, and we end the children in order.
    detached: true,
    stdio: [
      plan.input === undefined ? 'ignore' : 'pipe',
      log,
      log,
      ...(plan.endsWithUs === 'ipc' ? ['ipc' as const] : []),
    ],
  });
  closeSync(log);
  child.once('error', () => {}); // a child that could not be run has no pid
  if (child.pid === undefined) throw new PlainError(`${plan.name} could not be run: ${plan.command}`);
  child.stdin?.on('error', () => {}); // ended before it read its configuration: its log says why
  child.stdin?.end(plan.input);
  return child as RunningChild;
}

/** A shell that waits for our end of its pipe to close, however we end, and then ends the child. */
function watchOver(pid: number, signal: NodeJS.Signals): ChildProcess {
  const script = `cat >/dev/null; kill -${signal.slice(3)} ${pid}; kill -CONT ${pid}`; // a paused child cannot end
  const watcher = spawn('/bin/sh', ['-c', script], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.unref();
  return watcher;
}

async function waitUntilReady(plan: ProcessPlan, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + readyWithinSeconds * 1000;
  while (!(await plan.isReady())) {
    if (hasEnded(child)) {
      const why = lastWords(readFileSync(plan.logFile, 'utf8'));
      throw new PlainError(`${plan.name} did not start: ${why} (log: ${plan.logFile})`);
    }
    if (Date.now() > deadline)
      throw new PlainError(`${plan.name} was not ready after ${readyWithinSeconds} s (log: ${plan.logFile})`);
    await sleep(50);
  }
}

async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return;
  const ended = endOf(child);
  child.kill(signal);
  child.kill('SIGCONT'); // a paused child cannot end
  const hardEnd = setTimeout(() => child.kill('SIGKILL'), stopWithinSeconds * 1000);
  await ended;
  clearTimeout(hardEnd);
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (hasEnded(child)) resolve();
    else child.once('exit', () => resolve());
  });
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
