/** Answers a file of VD1 vectors with a JSON line each: `npm run -s ticket:verify -- --cases FILE`. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { answerCases, type CasesFile } from './answer-cases.ts';

const usage = 'usage: npm run -s ticket:verify -- --cases FILE';

async function main(): Promise<number> {
  let file: string | undefined;
  try {
    file = parseArgs({ options: { cases: { type: 'string' } } }).values.cases;
  } catch {
    file = undefined;
  }
  if (file === undefined) return fail(usage);
  let cases: CasesFile;
  try {
    cases = JSON.parse(readFileSync(file, 'utf8')) as CasesFile;
  } catch (error) {
    return fail(`${file} cannot be read: ${messageOf(error)}`);
  }
  try {
    for await (const line of answerCases(cases)) process.stdout.write(`${JSON.stringify(line)}\n`);
  } catch (error) {
    return fail(`${file} is not a file of VD1 cases: ${messageOf(error)}`);
  }
  return 0;
}

function fail(message: string): number {
  process.stderr.write(`${message}\n`);
  return 2;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

process.exitCode = await main();
