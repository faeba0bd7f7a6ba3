/** Runs a command of this package: what a person has to put right is printed as a sentence, without a stack. */
import { ConfigError } from '@vedong/runtime/config';

export async function runCommand(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}
