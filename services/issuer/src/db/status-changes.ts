/** What happened between two versions of the status lists. */
import type { ServiceDay } from '@vedong/travel';
import { sql } from 'kysely';
import type { IssuerDb } from './database.ts';

export interface DayChanges {
  version: number;
  /** One more than the highest index in use. */
  usedSize: number;
  /** Whether all that happened since is still known. */
  isComplete: boolean;
  /** Each card's present state, in rising order of index; one more than `most` where there are more. */
  changes: { index: number; isBlocked: boolean }[];
}

/** The changes of a day's list since version `from`, as of one moment. */
export async function getDayChanges(
  db: IssuerDb,
  { serviceDay, from, most }: { serviceDay: ServiceDay; from: number; most: number },
): Promise<DayChanges> {
  const { rows } = await sql<DayChanges>`
    select version,
      (select coalesce(max(status_idx) + 1, 0) from card_days where service_day = ${serviceDay}) as "usedSize",
      (select count(*) from status_changes changed where changed.version > ${from}) = version - ${from}
        as "isComplete",
      (select coalesce(json_agg(entry), '[]') from (
        select status_idx as index, state = 'blocked' as "isBlocked"
        from (select distinct card_id from status_changes where version > ${from}) changed
          join card_days using (card_id) join cards using (card_id)
        where service_day = ${serviceDay} order by status_idx limit ${most + 1}) entry) as changes
    from status_version`.execute(db);
  return rows[0]!;
}

/** What the status lists and the trust bundle are at. */
export interface Versions {
  statusLists: number;
  trustBundle: number;
}

export async function getVersions(db: IssuerDb): Promise<Versions> {
  const { rows } = await sql<Versions>`
    select version as "statusLists",
      (select coalesce(max(trust_bundles.version), 0) from trust_bundles) as "trustBundle"
    from status_version`.execute(db);
  return rows[0]!;
}

/** Who is further behind than `before` fetches whole lists. */
export async function forgetStatusChanges(db: IssuerDb, before: Date): Promise<void> {
  await db.deleteFrom('status_changes').where('changed_at', '<', before).execute();
}
