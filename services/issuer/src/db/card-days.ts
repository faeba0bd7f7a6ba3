/** A card's pseudonym and place in the status list, one for each service day it is used on. */
import type { ServiceDay } from '@vedong/travel';
import { sql } from 'kysely';
import type { IssuerDb } from './database.ts';

export interface CardDay {
  serviceDay: ServiceDay;
  /** 16 hex digits. */
  cardRef: string;
  statusIdx: number;
}

export async function listCardDays(
  db: IssuerDb,
  cardId: string,
  days: readonly ServiceDay[],
): Promise<CardDay[]> {
  return db
    .selectFrom('card_days')
    .where('card_id', '=', cardId)
    .where('service_day', 'in', days)
    .orderBy('service_day')
    .select(['service_day as serviceDay', 'card_ref as cardRef', 'status_idx as statusIdx'])
    .execute();
}

/** False where the card has this day already, or the reference or the index is taken. */
export async function tryInsertCardDay(
  db: IssuerDb,
  cardId: string,
  { serviceDay, cardRef, statusIdx }: CardDay,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('card_days')
    .values({ card_id: cardId, service_day: serviceDay, card_ref: cardRef, status_idx: statusIdx })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** A free index at random, found by looking at all of them; undefined when the day's list is full. */
export async function findFreeStatusIdx(
  db: IssuerDb,
  serviceDay: ServiceDay,
  capacity: number,
): Promise<number | undefined> {
  const { rows } = await sql<{ idx: number }>`
    select idx from generate_series(0, ${capacity}::int - 1) as idx
    where not exists (select from card_days where service_day = ${serviceDay} and status_idx = idx)
    order by random() limit 1`.execute(db);
  return rows[0]?.idx;
}

export async function getStatusVersion(db: IssuerDb): Promise<number> {
  const { version } = await db.selectFrom('status_version').select('version').executeTakeFirstOrThrow();
  return version;
}

/** What a day's status list must say, as of one moment. */
export interface DayStatus {
  version: number;
  /** One more than the highest index in use. */
  usedSize: number;
  /** Indexes of blocked cards. */
  suspended: number[];
}

export async function getDayStatus(db: IssuerDb, serviceDay: ServiceDay): Promise<DayStatus> {
  const { rows } = await sql<DayStatus>`
    select version,
      (select coalesce(max(status_idx) + 1, 0) from card_days where service_day = ${serviceDay}) as "usedSize",
      array(
        select status_idx from card_days join cards using (card_id)
        where service_day = ${serviceDay} and state = 'blocked'
      ) as suspended
    from status_version`.execute(db);
  return rows[0]!;
}
