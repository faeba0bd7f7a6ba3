/** Starts, watches and ends child processes, so that none outlives the command that started it. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlainError } from './plain-error.ts';

export interface ProcessPlan {
  /** What people call it, as in "the issuer". */
  name: string;
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
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

/** Starts a child by its plan and waits until it is ready; a PlainError says where its log is when it is not. */
export async function startProcess(plan: ProcessPlan): Promise<ManagedProcess> {
  let child = spawnByPlan(plan);
  let watcher: ChildProcess | undefined;
  let endIsExpected = false;
  let tellUnexpectedEnd: ((how: string) => void) | undefined;

  async function becomeReady(): Promise<void> {
    endIsExpected = true;
    watcher = plan.endsWithUs === 'watcher' ? watchOver(child, plan.stopSignal) : undefined;
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

  await becomeReady();
  return {
    name: plan.name,
    logFile: plan.logFile,
    get pid() {
      return pidOf(child);
    },
    async start() {
      if (!hasEnded(child)) throw new Error(`${plan.name} is still running`);
      child = spawnByPlan(plan);
      await becomeReady();
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

function spawnByPlan(plan: ProcessPlan): ChildProcess {
  const log = openSync(plan.logFile, 'a', 0o600);
  const child = spawn(plan.command, plan.args, {
    env: plan.env ?? process.env,
    ...(plan.cwd === undefined ? {} : { cwd: plan.cwd }),
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
  child.once('error', () => {}); // a failed spawn also shows as a child without a pid
  child.stdin?.on('error', () => {}); // ended before it read its configuration: its log says why
  child.stdin?.end(plan.input);
  return child;
}

/** A shell that waits for our end of its pipe to close, however we end, and then ends the child. */
function watchOver(child: ChildProcess, signal: NodeJS.Signals): ChildProcess {
  const pid = pidOf(child);
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
    if (child.pid === undefined || hasEnded(child))
      throw new PlainError(`${plan.name} did not start: ${lastLogLine(plan.logFile)} (log: ${plan.logFile})`);
    if (Date.now() > deadline)
      throw new PlainError(`${plan.name} was not ready after ${readyWithinSeconds} s (log: ${plan.logFile})`);
    await sleep(50);
  }
}

function lastLogLine(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) || 'it could not be run';
}

async function endChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) return;
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

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error('The process was never started');
  return child.pid;
}

/** Ends a process that is no child of ours, by its id; kills it when it has not ended after ten seconds. */
export async function endProcess(pid: number, signal: NodeJS.Signals): Promise<void> {
  sendSignal(pid, signal);
  for (let waitedMs = 0; isRunning(pid) && waitedMs < stopWithinSeconds * 1000; waitedMs += 50)
    await sleep(50);
  if (isRunning(pid)) sendSignal(pid, 'SIGKILL');
  while (isRunning(pid)) await sleep(50);
}

function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended by itself.
  }
}

function isRunning(pid: number): boolean {
  return commandLineOf(pid) !== undefined;
}

/** The command and arguments of a running process, or undefined when there is none (a zombie counts as none). */
export function commandLineOf(pid: number): string | undefined {
  if (process.platform === 'linux') return readProcFile(pid, 'cmdline')?.replaceAll('\0', ' ') || undefined;
  return askPs(pid, 'command=');
}

/** When a process began, in the system's own notation: with the id it names one process for good. */
export function processStartTime(pid: number): string | undefined {
  if (process.platform !== 'linux') return askPs(pid, 'lstart=');
  // State and start time are fields 3 and 22 of proc(5), counted after the name, which may itself hold spaces.
  const stat = readProcFile(pid, 'stat');
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return fields[0] === 'Z' ? undefined : fields[19];
}

/** Linux tells about processes in /proc; `ps` may not be installed there. */
function readProcFile(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return undefined;
  }
}

function askPs(pid: number, column: string): string | undefined {
  return spawnSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' }).stdout.trim() || undefined;
}
