/** Runs the project's own Node programs: services as children that stay, commands as children that end. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { PlainError } from './plain-error.ts';
import { startProcess, type ManagedProcess } from './processes.ts';
import { projectRoot } from './project.ts';

export type Environment = Record<string, string>;

export interface ServiceOptions {
  /** The folder under services/. */
  name: string;
  url: string;
  env: Environment;
  logFolder: string;
}

/** Starts services/<name>/src/main.ts and waits until it says at /readyz that it can work. */
export async function startService({ name, url, env, logFolder }: ServiceOptions): Promise<ManagedProcess> {
  return startProcess({
    name: `the ${name}`,
    command: process.execPath,
    args: [join(projectRoot, 'services', name, 'src/main.ts')],
    cwd: projectRoot,
    env: { ...inherited(), ...env },
    logFile: join(logFolder, `${name}.log`),
    endsWithUs: 'ipc',
    stopSignal: 'SIGTERM',
    isReady: () => answersReady(url),
  });
}

/** Runs a command of the project to its end; a PlainError carries its last words when it fails. */
export async function runCommand(path: string, args: string[], env: Environment): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [join(projectRoot, path), ...args], {
      cwd: projectRoot,
      env: { ...inherited(), ...env },
    });
  } catch (error) {
    const { stderr, stdout } = error as { stderr: string; stdout: string };
    throw new PlainError(`${path} ${args.join(' ')} failed: ${(stderr || stdout).trim()}`);
  }
}

/** Configuration is given, never inherited: a variable of the person's shell must not change a service. */
function inherited(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] };
}

async function answersReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}
