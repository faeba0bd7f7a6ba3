/** Prices a folder of GTFS files and cases, a JSON line each: `npm run -s fares:price -- FOLDER`. */
import { parseArgs } from 'node:util';
import { priceFolder } from './price-folder.ts';

function main(): number {
  let folders: string[] = [];
  try {
    folders = parseArgs({ allowPositionals: true }).positionals;
  } catch {
    // Wrong options: the usage below says what is right.
  }
  const [folder] = folders;
  if (folder === undefined || folders.length > 1) return fail('usage: npm run -s fares:price -- FOLDER');
  try {
    for (const line of priceFolder(folder)) process.stdout.write(`${JSON.stringify(line)}\n`);
    return 0;
  } catch (error) {
    return fail(`${folder} cannot be priced: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function fail(message: string): number {
  process.stderr.write(`${message}\n`);
  return 2;
}

process.exitCode = main();
