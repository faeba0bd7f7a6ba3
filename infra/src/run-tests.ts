/** `npm test`: every check in order, to the end also when one fails; the last line counts them all. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlainError } from './plain-error.ts';
import { projectRoot } from './project.ts';
import { countResults, type Counts, type VitestReport } from './test-counts.ts';
import { ensureTestRequirements } from './test-requirements.ts';

const staticChecks = ['format:check', 'lint', 'types'];

/** Runs with the screen as its own; true when it succeeded. */
function run(title: string, command: string, ...args: string[]): boolean {
  console.log(`\n== ${title}`);
  const { status } = spawnSync(command, args, { cwd: projectRoot, stdio: 'inherit' });
  console.log(status === 0 ? `== ${title}: passed` : `== ${title}: FAILED`);
  return status === 0;
}

function runVitest(): Counts {
  const reportFile = join(tmpdir(), `vedong-test-report-${process.pid}.json`);
  const vitest = join(projectRoot, 'node_modules/vitest/vitest.mjs');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const succeeded = run('units, integration, browser', process.execPath, vitest, 'run', ...reporters);
  try {
    return countResults(JSON.parse(readFileSync(reportFile, 'utf8')) as VitestReport, succeeded);
  } catch {
    return { passed: 0, failed: 1, skipped: 0 }; // Vitest ended before it could report
  } finally {
    rmSync(reportFile, { force: true });
  }
}

try {
  ensureTestRequirements();
  const failedChecks = staticChecks.filter((script) => !run(script, 'npm', 'run', '--silent', script));
  const tests = runVitest();
  const passed = staticChecks.length - failedChecks.length + tests.passed;
  const failed = failedChecks.length + tests.failed;
  console.log(`\n${passed} passed, ${failed} failed, ${tests.skipped} skipped`);
  process.exitCode = failed === 0 ? 0 : 1;
} catch (error) {
  if (!(error instanceof PlainError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
