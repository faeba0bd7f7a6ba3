/** The tariff command: check a GTFS feed's fares, import them, list and end tariffs. */
import { statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { serviceDay, shortName, type TariffProblem, type TariffVersion } from '@vedong/contracts';
import { systemClock } from '@vedong/runtime/clock';
import { ConfigError } from '@vedong/runtime/config';
import { ServiceError } from '@vedong/runtime/problem';
import { serviceDayAt } from '@vedong/travel';
import { runCommand } from '@vedong/runtime/command';
import { readCalendar, readDatabaseUrl } from './config.ts';
import { openOperatorDatabase } from './db/database.ts';
import { listTariffs } from './db/tariffs.ts';
import type { Db } from './db/tables.ts';
import { checkTariff, endTariff, importTariff } from './import-tariff.ts';
import { readTariffArchive, readTariffFolder, type TariffFiles } from './read-tariff-files.ts';

const usage = `Usage:
  node src/tariff.ts check <folder|zip>        say everything that is wrong with a GTFS feed's fares
  node src/tariff.ts import <folder|zip> --from YYYY-MM-DD [--to YYYY-MM-DD] [--name NAME]
                                               keep it as the tariff of these service days, --to included
  node src/tariff.ts list
  node src/tariff.ts end <id> --to YYYY-MM-DD  set a tariff's last service day
`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { from: { type: 'string' }, to: { type: 'string' }, name: { type: 'string' } },
});
const [command, subject] = positionals;

function dayOf(option: 'from' | 'to'): string {
  const parsed = serviceDay.safeParse(values[option]);
  if (!parsed.success) throw new ConfigError(`--${option} must be a day such as 2026-01-01.\n\n${usage}`);
  return parsed.data;
}

function nameGiven(): string | undefined {
  const parsed = shortName.optional().safeParse(values.name);
  if (!parsed.success) throw new ConfigError('--name must be 1 to 60 visible characters.');
  return parsed.data;
}

async function readFiles(): Promise<TariffFiles> {
  const path = subject ?? '';
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new ConfigError(`There is no folder or file "${path}".\n\n${usage}`);
  return found.isDirectory() ? readTariffFolder(path) : readTariffArchive(path);
}

const lineOf = ({ tariffId, from, to, name }: TariffVersion) =>
  `${tariffId}\t${from}\t${to ?? '-'}\t${name}\n`;

/** One line a problem: `fare_products.txt:7 amount: too_precise (8000.5)`. */
const problemLine = ({ file, line, field, rule, value }: TariffProblem) =>
  `${file}${line === null ? '' : `:${line}`}${field === null ? '' : ` ${field}`}: ${rule}${value === null ? '' : ` (${value})`}\n`;

async function withDatabase(work: (db: Db) => Promise<string>): Promise<string> {
  const db = openOperatorDatabase(readDatabaseUrl(), 1);
  try {
    return await work(db);
  } finally {
    await db.destroy();
  }
}

async function run(): Promise<string> {
  switch (command) {
    case 'check': {
      const { notes } = checkTariff(await readFiles()).read;
      return `no problems, ${notes.length} note(s)\n`;
    }
    case 'import': {
      const plan = {
        from: dayOf('from'),
        to: values.to === undefined ? null : dayOf('to'),
        name: nameGiven(),
      };
      const files = await readFiles();
      const now = new Date(systemClock.nowMilliseconds());
      return withDatabase(async (db) =>
        lineOf((await importTariff(db, files, { ...plan, importedBy: 'command', now })).tariff),
      );
    }
    case 'list':
      return withDatabase(async (db) => (await listTariffs(db)).map(lineOf).join(''));
    case 'end': {
      const to = dayOf('to');
      const today = serviceDayAt(systemClock.nowMilliseconds() / 1000, readCalendar());
      return withDatabase(async (db) => lineOf(await endTariff(db, subject ?? '', { to, today })));
    }
    default:
      throw new ConfigError(usage);
  }
}

/** What a person has to put right, in words. */
function inWords(error: unknown): unknown {
  if (!(error instanceof ServiceError) || error.status >= 500) return error;
  const { detail = error.code, feedProblems } = error.details;
  const lines = ((feedProblems?.problems ?? []) as TariffProblem[]).map(problemLine).join('');
  return new ConfigError(`${detail}\n${lines}`.trimEnd());
}

await runCommand(async () => {
  process.stdout.write(
    await run().catch((error: unknown) => {
      throw inWords(error);
    }),
  );
});
