/** Runs the project's own Node programs: services as children that stay, commands as children that end. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lastWords } from './last-words.ts';
import { PlainError } from './plain-error.ts';
import { startProcess, type ManagedProcess } from './processes.ts';
import { projectRoot } from './project.ts';

type Environment = Record<string, string>;

export interface ServiceOptions {
  /** The folder under services/. */
  name: string;
  port: number;
  env: Environment;
  logFolder: string;
}

/** Starts services/<name>/src/main.ts on a loopback port and waits until /readyz says that it can work. */
export function startService({ name, port, env, logFolder }: ServiceOptions): Promise<ManagedProcess> {
  return startProcess({
    name: `the ${name}`,
    command: process.execPath,
    args: [join(projectRoot, 'services', name, 'src/main.ts')],
    cwd: projectRoot,
    env: { ...inherited(), PORT: String(port), ...env },
    logFile: join(logFolder, `${name}.log`),
    endsWithUs: 'ipc',
    stopSignal: 'SIGTERM',
    isReady: () => saysReady(port),
  });
}

/** Starts a program of the project that is no service and runs until it is stopped; with a port it is waited for. */
export function startProgram({
  name,
  path,
  env,
  logFolder,
  port,
}: {
  name: string;
  path: string;
  port?: number;
  env: Environment;
  logFolder: string;
}): Promise<ManagedProcess> {
  return startProcess({
    name: `the ${name}`,
    command: process.execPath,
    args: [join(projectRoot, path)],
    cwd: projectRoot,
    env: { ...inherited(), ...(port === undefined ? {} : { PORT: String(port) }), ...env },
    logFile: join(logFolder, `${name}.log`),
    endsWithUs: 'ipc',
    stopSignal: 'SIGTERM',
    isReady: () => (port === undefined ? Promise.resolve(true) : saysReady(port)),
  });
}

export interface CommandOptions {
  /** The program below the project's root, then its arguments. */
  command: [path: string, ...args: string[]];
  env: Environment;
  /** Text for its standard input. */
  input?: string;
}

/** Runs a program of the project to its end; a PlainError carries its last words when it fails. */
export async function runCommand({ command, env, input = '' }: CommandOptions): Promise<void> {
  const [path, ...args] = command;
  const run = promisify(execFile)(process.execPath, [join(projectRoot, path), ...args], {
    cwd: projectRoot,
    env: { ...inherited(), ...env },
  });
  run.child.stdin?.end(input);
  try {
    await run;
  } catch (error) {
    const { stderr, stdout } = error as { stderr: string; stdout: string };
    throw new PlainError(`${command.join(' ')} failed: ${lastWords(stderr || stdout)}`);
  }
}

/** Configuration is given, never inherited: a variable of the person's shell must not change a service. */
function inherited(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] };
}

async function saysReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}
