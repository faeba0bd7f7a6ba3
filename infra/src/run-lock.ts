/** One run per data folder: who runs there, where, and with which processes, so that the next start can tell. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlainError, systemErrorCode } from './plain-error.ts';
import { endProcess, processStartTime } from './process-table.ts';

/** A process for good: an id is used again one day, but not with the same start time. */
interface RecordedProcess {
  name: string;
  pid: number;
  startedAt: string | undefined;
}

interface RunRecord extends RecordedProcess {
  addresses: string[];
  children: RecordedProcess[];
}

export interface RunLock {
  /** Notes a child, to be found should this run be killed. */
  addChild(name: string, pid: number): void;
  release(): void;
}

/**
 * Takes the folder for this run. A PlainError tells where the other one is when one runs already.
 * Children that a killed run left behind are ended; `say` gets a line for each.
 */
export async function takeRunLock(
  folder: string,
  addresses: string[],
  say: (line: string) => void,
): Promise<RunLock> {
  const file = join(folder, 'run.json');
  const earlier = readRecord(file);
  if (earlier !== undefined && isAlive(earlier))
    throw new PlainError(
      `Vedong is already running from this folder, as process ${earlier.pid}, at ${earlier.addresses.join(', ')}: use that one, or stop it with "kill ${earlier.pid}".`,
    );
  for (const child of earlier?.children.filter(isAlive) ?? []) {
    say(`Stopping ${child.name} (process ${child.pid}), left by an earlier run that was killed.`);
    await endProcess(child.pid, 'SIGINT'); // all of them stop on it; PostgreSQL without waiting for clients
  }
  rmSync(file, { force: true });

  const record: RunRecord = { ...describe('npm start', process.pid), addresses, children: [] };
  const write = (flag: 'w' | 'wx') =>
    writeFileSync(file, JSON.stringify(record, null, 2), { mode: 0o600, flag });
  try {
    write('wx');
  } catch (error) {
    if (systemErrorCode(error) !== 'EEXIST') throw error;
    throw new PlainError('Vedong is being started from this folder by somebody else at this very moment.');
  }
  return {
    addChild(name, pid) {
      record.children.push(describe(name, pid));
      write('w');
    },
    release: () => rmSync(file, { force: true }),
  };
}

function describe(name: string, pid: number): RecordedProcess {
  return { name, pid, startedAt: processStartTime(pid) };
}

function isAlive({ pid, startedAt }: RecordedProcess): boolean {
  return startedAt !== undefined && processStartTime(pid) === startedAt;
}

function readRecord(file: string): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunRecord;
  } catch {
    return undefined; // none, or cut short by a full disk or a power cut
  }
}
