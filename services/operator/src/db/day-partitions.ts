/** Taps and trips lie in one partition a service day, made when its first tap arrives. */
import { sql } from 'kysely';
import type { ServiceDay } from '@vedong/travel';
import type { Db } from './tables.ts';

const made = new WeakMap<Db, Set<ServiceDay>>();

/**
 * Makes the partitions that are missing. Not inside a transaction that takes taps: attaching waits for nobody's
 * inserts, but two processes that make the same day wait for each other.
 */
export async function makeDayPartitions(db: Db, days: Iterable<ServiceDay>): Promise<void> {
  const known = made.get(db) ?? new Set();
  made.set(db, known);
  for (const day of new Set(days).difference(known)) {
    await db.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(hashtext('operator.day_partitions'))`.execute(tx);
      for (const table of ['taps', 'trips']) {
        const partition = `${table}_${day.replaceAll('-', '')}`;
        const exists = await sql<{
          found: boolean;
        }>`select to_regclass(${partition}) is not null as found`.execute(tx);
        if (exists.rows[0]?.found) continue;
        // "like" and "attach" instead of "partition of", which would stop every insert into the parent.
        await sql`create table ${sql.id(partition)} (like ${sql.id(table)} including all)`.execute(tx);
        await sql`alter table ${sql.id(table)} attach partition ${sql.id(partition)} for values in (${sql.lit(day)})`.execute(
          tx,
        );
      }
    });
    known.add(day);
  }
}
