/** Runs a command of a service to its end: what went wrong is one sentence, unless it is our own fault. */
import { ConfigError } from './config.ts';

export async function runCommand(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  }
}

function explain(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  // The system's and PostgreSQL's own errors carry a code: files, network, permissions, missing tables.
  const { code, message, stack } = error as NodeJS.ErrnoException;
  return code ? `Not done: ${message || code}` : `Not done: ${stack ?? String(error)}`;
}
