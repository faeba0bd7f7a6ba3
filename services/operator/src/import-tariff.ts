/** Imports a tariff: read, checked and kept as a whole or not at all; its days overlap with no other tariff's. */
import { createHash } from 'node:crypto';
import type { FeedNote } from '@vedong/fares';
import type { TariffProblem, TariffVersion } from '@vedong/contracts';
import { ServiceError } from '@vedong/runtime/problem';
import {
  findOverlappingTariff,
  findTariff,
  insertTariff,
  lockTariffs,
  queueUnpricedTrips,
  setTariffEnd,
} from './db/tariffs.ts';
import type { Db, Tx } from './db/tables.ts';
import { readTariff, type ReadTariff } from './read-tariff.ts';
import type { TariffFiles, TariffTexts } from './read-tariff-files.ts';

/** A feed can be wrong in every line; the first of them are enough to work on. */
const mostProblemsTold = 1000;

export interface TariffPlan {
  /** Service days, `to` the last one; null: no end. */
  from: string;
  to: string | null;
  /** Absent: named after its first day. */
  name?: string | undefined;
  importedBy: string;
  now: Date;
}

/** Throws `tariff_invalid` with all problems. */
export function checkTariff(files: TariffFiles): { texts: TariffTexts; read: ReadTariff } {
  if ('problems' in files) throw invalid(files.problems);
  const read = readTariff(files.texts);
  if ('problems' in read) throw invalid(read.problems);
  return { texts: files.texts, read };
}

/**
 * The same files for the same days once more are the tariff that is there already. Trips of its days that have no
 * price yet are queued to get one. Throws `tariff_invalid`, `tariff_days` or `tariff_overlap`.
 */
export async function importTariff(
  db: Db,
  files: TariffFiles,
  plan: TariffPlan,
): Promise<{ tariff: TariffVersion; notes: readonly FeedNote[] }> {
  const { from, to } = plan;
  if (to !== null && to < from) throw wrongDays('The last day is before the first.');
  const { texts, read } = checkTariff(files);
  const content = Buffer.from(JSON.stringify([...texts].sort(([one], [other]) => (one < other ? -1 : 1))));
  const tariffId = `tariff-${from}-${createHash('sha256').update(content).digest('hex').slice(0, 12)}`;
  const tariff = await db.transaction().execute(async (tx) => {
    await lockTariffs(tx);
    const known = await findTariff(tx, tariffId);
    if (known?.to === to) return known;
    await refuseOverlap(tx, { from, to });
    const name = plan.name ?? `Biểu giá ${from}`;
    const added = await insertTariff(tx, { ...plan, tariffId, name, content, terms: read.terms });
    await queueUnpricedTrips(tx, { from, to });
    return added;
  });
  return { tariff, notes: read.notes };
}

/**
 * Sets the last service day. Not before `today`: trips that have been priced stay priced as they were. Throws
 * `tariff_not_found`, `tariff_days` or `tariff_overlap`.
 */
export async function endTariff(
  db: Db,
  tariffId: string,
  { to, today }: { to: string; today: string },
): Promise<TariffVersion> {
  return db.transaction().execute(async (tx) => {
    await lockTariffs(tx);
    const tariff = await findTariff(tx, tariffId);
    if (!tariff)
      throw new ServiceError(404, 'tariff_not_found', { detail: 'There is no tariff of this id.' });
    if (to < tariff.from) throw wrongDays(`It begins on ${tariff.from}.`);
    if (to < today || (tariff.to !== null && tariff.to < today)) {
      throw wrongDays(`What is past stays as it was priced. The first day to choose is ${today}.`);
    }
    await refuseOverlap(tx, { from: tariff.from, to, except: tariffId });
    return setTariffEnd(tx, tariffId, to);
  });
}

async function refuseOverlap(
  tx: Tx,
  days: { from: string; to: string | null; except?: string },
): Promise<void> {
  const other = await findOverlappingTariff(tx, days);
  if (!other) return;
  const its = other.to === null ? `from ${other.from} without an end` : `from ${other.from} to ${other.to}`;
  throw new ServiceError(409, 'tariff_overlap', {
    detail: `Two tariffs cannot be in force on one day: ${other.tariffId} ("${other.name}") is ${its}. Choose other days, or end that one first.`,
  });
}

function invalid(problems: readonly TariffProblem[]): ServiceError {
  return new ServiceError(422, 'tariff_invalid', {
    detail: `The feed has ${problems.length} problem(s); nothing has been imported.`,
    feedProblems: {
      problems: problems.slice(0, mostProblemsTold),
      leftOff: Math.max(0, problems.length - mostProblemsTold),
    },
  });
}

const wrongDays = (detail: string) => new ServiceError(400, 'tariff_days', { detail });
