/** Processes by their id, ours or not: what the system knows of them, and ending them. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const endWithinSeconds = 10;

/** Ends a process and waits until it has ended; kills it when it has not ended after ten seconds. */
export async function endProcess(pid: number, signal: NodeJS.Signals): Promise<void> {
  sendSignal(pid, signal);
  for (let waitedMs = 0; isRunning(pid) && waitedMs < endWithinSeconds * 1000; waitedMs += 50)
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
