/** A disk that reports an error to a running program's fsync and fdatasync, by strace(1), until it is told to work again. */
import { spawn, spawnSync } from 'node:child_process';
import { eventually } from '../test-validator.ts';

export interface FailingSync {
  /** How many calls were told that they failed. */
  failures: () => number;
  /** From now on the disk works. */
  end: () => Promise<void>;
}

/**
 * Why no process can be made to see a failing disk here, or null. A system may lack strace, or forbid one process to
 * trace another, as some containers do.
 */
export function whyNoFailingSync(): string | null {
  const script = 'strace -p $$ -o /dev/null & tracer=$!; sleep 1; kill $tracer && wait $tracer; exit 0';
  const { error, stderr } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
  if (error) return error.message;
  return stderr.includes('attached') ? null : stderr.trim() || 'strace did not attach';
}

const calls = 'fsync,fdatasync';
const options = ['-f', '-e', `trace=${calls}`, '-e', `inject=${calls}:error=EIO`];

/** Runs a program whose disk fails from the start, to its end. */
export function runOnFailingDisk(file: string, env: NodeJS.ProcessEnv) {
  const args = [...options, '-o', '/dev/null', process.execPath, file];
  return spawnSync('strace', args, { env, encoding: 'utf8', timeout: 60_000 });
}

/** Resolves once every call fails. */
export async function failSync(pid: number): Promise<FailingSync> {
  const tracer = spawn('strace', [...options, '-p', String(pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => tracer.once('exit', resolve));
  let output = '';
  tracer.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  await eventually(() => output.includes('attached'), 30);
  return {
    failures: () => output.match(/INJECTED/g)?.length ?? 0,
    async end() {
      tracer.kill('SIGINT');
      await ended;
    },
  };
}
