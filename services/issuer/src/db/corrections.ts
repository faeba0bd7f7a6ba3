/** What riders ask to be corrected: an outbox to the operator. */
import type { CorrectionRequest, CorrectionWish } from '@vedong/contracts';
import { sql, type Selectable } from 'kysely';
import type { IssuerDb } from './database.ts';
import type { IssuerTables } from './tables.ts';

export type CorrectionRow = Selectable<IssuerTables['trip_corrections']>;

export async function insertCorrection(
  db: IssuerDb,
  wish: CorrectionWish & { riderId: string; cardId: string; tripId: string; askedAt: Date },
): Promise<CorrectionRow> {
  return db
    .insertInto('trip_corrections')
    .values({
      request_id: wish.requestId,
      rider_id: wish.riderId,
      card_id: wish.cardId,
      trip_id: wish.tripId,
      kind: wish.kind,
      place_name: wish.placeName,
      words: wish.words,
      asked_at: wish.askedAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function findCorrection(db: IssuerDb, requestId: string): Promise<CorrectionRow | undefined> {
  return db.selectFrom('trip_corrections').selectAll().where('request_id', '=', requestId).executeTakeFirst();
}

/** The oldest first. */
export async function listCorrectionsOfTrip(db: IssuerDb, tripId: string): Promise<CorrectionRow[]> {
  return db
    .selectFrom('trip_corrections')
    .selectAll()
    .where('trip_id', '=', tripId)
    .orderBy('asked_at')
    .execute();
}

/** Not answered, of trips that still are trips. */
export async function countOpenCorrections(db: IssuerDb, riderId: string): Promise<number> {
  const { rows } = await sql<{ open: number }>`
    select count(*)::integer as open
    from trip_corrections as asked join trips using (trip_id)
    where asked.rider_id = ${riderId} and refused_code is null and trips.state <> 'withdrawn'
      and not coalesce(trips.corrections, '[]') @> jsonb_build_array(jsonb_build_object('requestId', request_id))`.execute(
    db,
  );
  return rows[0]?.open ?? 0;
}

/** Those that the operator does not have yet, the oldest first. */
export async function listUnsentCorrections(db: IssuerDb, most: number): Promise<CorrectionRequest[]> {
  const rows = await db
    .selectFrom('trip_corrections as asked')
    .innerJoin('trips', 'trips.trip_id', 'asked.trip_id')
    .select(['request_id', 'asked.trip_id', 'trips.service_day', 'kind', 'place_name', 'words', 'asked_at'])
    .where('sent_at', 'is', null)
    .orderBy('asked_at')
    .limit(most)
    .execute();
  return rows.map((row) => ({
    requestId: row.request_id,
    tripId: row.trip_id,
    serviceDay: row.service_day,
    kind: row.kind,
    placeName: row.place_name,
    words: row.words,
    askedAt: row.asked_at.toISOString(),
  }));
}

export async function markSent(
  db: IssuerDb,
  { requestId, refusedCode, now }: { requestId: string; refusedCode: string | null; now: Date },
): Promise<void> {
  await db
    .updateTable('trip_corrections')
    .set({ sent_at: now, refused_code: refusedCode })
    .where('request_id', '=', requestId)
    .execute();
}
