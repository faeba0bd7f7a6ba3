/** The tariff in force on a service day, read and compiled once and kept in memory. */
import type { TariffVersion } from '@vedong/contracts';
import type { ServiceDay } from '@vedong/travel';
import { getTariffTexts, listTariffs } from './db/tariffs.ts';
import type { Db, Tx } from './db/tables.ts';
import type { TariffInForce } from './price-trips.ts';
import { readTariff } from './read-tariff.ts';

/** Taps come up to 60 days late: more tariffs than these are hardly in use at one time. */
const mostKept = 4;
const keptByDatabase = new WeakMap<Db, Map<string, TariffInForce>>();

/** Throws where a tariff that was imported can no longer be read: pricing by another would be wrong. */
export async function loadTariffsInForce(
  db: Db,
  tx: Tx,
  days: ReadonlySet<ServiceDay>,
): Promise<Map<ServiceDay, TariffInForce>> {
  const kept = keptByDatabase.get(db) ?? new Map<string, TariffInForce>();
  keptByDatabase.set(db, kept);
  const versions = await listTariffs(tx);
  const inForce = new Map<ServiceDay, TariffInForce>();
  for (const day of days) {
    const version = versions.find((one) => isInForce(one, day));
    if (!version) continue;
    const tariff = kept.get(version.tariffId) ?? (await loadTariff(tx, version.tariffId));
    kept.delete(version.tariffId);
    kept.set(version.tariffId, tariff);
    inForce.set(day, tariff);
  }
  for (const tariffId of [...kept.keys()].slice(0, -mostKept)) kept.delete(tariffId);
  return inForce;
}

const isInForce = ({ from, to }: TariffVersion, day: ServiceDay): boolean =>
  from <= day && (to === null || day <= to);

async function loadTariff(tx: Tx, tariffId: string): Promise<TariffInForce> {
  const read = readTariff(await getTariffTexts(tx, tariffId));
  if ('problems' in read) throw new Error(`tariff ${tariffId} cannot be read any more`);
  return { tariffId, tariff: read.tariff, terms: read.terms };
}
