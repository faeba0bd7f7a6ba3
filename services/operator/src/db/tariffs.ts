/** Tariffs: their files as imported, their terms, the service days on which they are in force. */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { sql } from 'kysely';
import type { TariffVersion } from '@vedong/contracts';
import type { FareExtension } from '@vedong/fares';
import type { Db, Tx } from './tables.ts';

export interface Days {
  from: string;
  /** The last one; null: no end. */
  to: string | null;
}

export interface NewTariff extends Days {
  tariffId: string;
  name: string;
  /** JSON: [name, text] of each file. */
  content: Buffer;
  terms: FareExtension;
  importedBy: string;
  now: Date;
}

const versionColumns = ['tariff_id', 'name', 'from_day', 'to_day', 'imported_by', 'imported_at'] as const;

interface VersionRow {
  tariff_id: string;
  name: string;
  from_day: string;
  to_day: string | null;
  imported_by: string;
  imported_at: Date;
}

const toVersion = (row: VersionRow): TariffVersion => ({
  tariffId: row.tariff_id,
  name: row.name,
  from: row.from_day,
  to: row.to_day,
  importedBy: row.imported_by,
  importedAt: row.imported_at.toISOString(),
});

/** One change of tariffs at a time, so that an overlap is found before the database's constraint finds it. */
export async function lockTariffs(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('operator.tariffs'))`.execute(tx);
}

export async function findTariff(tx: Tx, tariffId: string): Promise<TariffVersion | undefined> {
  const row = await tx
    .selectFrom('tariffs')
    .select(versionColumns)
    .where('tariff_id', '=', tariffId)
    .executeTakeFirst();
  return row && toVersion(row);
}

export async function findOverlappingTariff(
  tx: Tx,
  { from, to, except }: Days & { except?: string },
): Promise<TariffVersion | undefined> {
  const row = await tx
    .selectFrom('tariffs')
    .select(versionColumns)
    .where(sql<boolean>`daterange(from_day, to_day, '[]') && daterange(${from}::date, ${to}::date, '[]')`)
    .where('tariff_id', '<>', except ?? '')
    .orderBy('from_day')
    .executeTakeFirst();
  return row && toVersion(row);
}

export async function insertTariff(tx: Tx, tariff: NewTariff): Promise<TariffVersion> {
  const row = await tx
    .insertInto('tariffs')
    .values({
      tariff_id: tariff.tariffId,
      name: tariff.name,
      from_day: tariff.from,
      to_day: tariff.to,
      files: await promisify(gzip)(tariff.content),
      terms: JSON.stringify(tariff.terms),
      imported_by: tariff.importedBy,
      imported_at: tariff.now,
    })
    .returning(versionColumns)
    .executeTakeFirstOrThrow();
  return toVersion(row);
}

export async function setTariffEnd(tx: Tx, tariffId: string, to: string): Promise<TariffVersion> {
  const row = await tx
    .updateTable('tariffs')
    .set({ to_day: to })
    .where('tariff_id', '=', tariffId)
    .returning(versionColumns)
    .executeTakeFirstOrThrow();
  return toVersion(row);
}

export async function listTariffs(db: Db | Tx): Promise<TariffVersion[]> {
  const rows = await db.selectFrom('tariffs').select(versionColumns).orderBy('from_day', 'desc').execute();
  return rows.map(toVersion);
}

export async function listTerms(db: Db): Promise<(TariffVersion & { terms: Record<string, unknown> })[]> {
  const rows = await db
    .selectFrom('tariffs')
    .select([...versionColumns, 'terms'])
    .orderBy('from_day', 'desc')
    .execute();
  return rows.map((row) => ({ ...toVersion(row), terms: row.terms }));
}

/** The files as they were imported. */
export async function getTariffTexts(db: Db | Tx, tariffId: string): Promise<Map<string, string>> {
  const { files } = await db
    .selectFrom('tariffs')
    .select('files')
    .where('tariff_id', '=', tariffId)
    .executeTakeFirstOrThrow();
  const content = await promisify(gunzip)(files);
  return new Map(JSON.parse(content.toString('utf8')) as [string, string][]);
}

/**
 * Queues the cards with trips that no tariff has priced. A trip's ticket may be of the day beside the day on which
 * it began. Rows of the queue hold a part of a day's cards, as one turn works on whole rows.
 */
export async function queueUnpricedTrips(tx: Tx, { from, to }: Days): Promise<void> {
  await sql`
    insert into pairing_queue (service_day, card_refs)
    select service_day, array_agg(distinct card_ref) from trips
    where service_day >= ${from}::date - 1 and (${to}::date is null or service_day <= ${to}::date + 1)
      and pricing is null and state not in ('open', 'withdrawn')
    group by service_day, left(card_ref, 2)`.execute(tx);
}
