/** Runs the project's own Node programs: services as children that stay, commands as children that end. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { lastWords } from './last-words.ts';
import { PlainError } from './plain-error.ts';
import { startProcess, type ManagedProcess } from './processes.ts';
import { projectRoot } from './project.ts';

type Environment = Record<string, string>;

export interface ProgramOptions {
  name: string;
  /** Below the project's root. */
  path: string;
  env: Environment;
  logFolder: string;
  /** Left out for a program that serves nothing. */
  isReady?: () => Promise<boolean>;
}

/** Starts a program of the project that runs until it is stopped. */
export function startProgram({
  name,
  path,
  env,
  logFolder,
  isReady,
}: ProgramOptions): Promise<ManagedProcess> {
  return startProcess({
    name: `the ${name}`,
    command: process.execPath,
    args: [join(projectRoot, path)],
    cwd: projectRoot,
    env: { ...inherited(), ...env },
    logFile: join(logFolder, `${name}.log`),
    endsWithUs: 'ipc',
    stopSignal: 'SIGTERM',
    isReady: isReady ?? (() => Promise.resolve(true)),
  });
}

export interface ServiceOptions {
  /** The folder under services/. */
  name: string;
  port: number;
  env: Environment;
  logFolder: string;
}

/** Starts services/<name>/src/main.ts on a loopback port and waits until /readyz says that it can work. */
export function startService({ name, port, env, logFolder }: ServiceOptions): Promise<ManagedProcess> {
  return startProgram({
    name,
    path: `services/${name}/src/main.ts`,
    env: { PORT: String(port), ...env },
    logFolder,
    isReady: () => saysReady(port),
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

export async function saysReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2000) })).ok;
  } catch {
    return false;
  }
}
