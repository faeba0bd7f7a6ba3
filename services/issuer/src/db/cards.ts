/** Virtual cards. Every query that a rider can reach names the rider. */
import type { Card } from '@vedong/contracts';
import { sql, type Selectable } from 'kysely';
import type { IssuerDb } from './database.ts';
import type { IssuerTables } from './tables.ts';

export type CardRow = Selectable<IssuerTables['cards']>;

/** Holds the rider's other requests that count cards back until the transaction ends. */
export async function lockRider(db: IssuerDb, riderId: string): Promise<void> {
  await db
    .selectFrom('riders')
    .where('rider_id', '=', riderId)
    .select('rider_id')
    .forUpdate()
    .executeTakeFirstOrThrow();
}

export async function listCards(db: IssuerDb, riderId: string): Promise<CardRow[]> {
  return db
    .selectFrom('cards')
    .where('rider_id', '=', riderId)
    .orderBy('created_at')
    .orderBy('card_id')
    .selectAll()
    .execute();
}

export async function insertCard(
  db: IssuerDb,
  card: Pick<CardRow, 'card_id' | 'rider_id' | 'nickname' | 'colour' | 'created_at'>,
): Promise<CardRow> {
  return db.insertInto('cards').values(card).returningAll().executeTakeFirstOrThrow();
}

/** Undefined for a card that does not exist and for somebody else's alike. */
export async function findCard(db: IssuerDb, riderId: string, cardId: string): Promise<CardRow | undefined> {
  return db
    .selectFrom('cards')
    .where('card_id', '=', cardId)
    .where('rider_id', '=', riderId)
    .selectAll()
    .executeTakeFirst();
}

/** The card in its new state, or undefined where it was in it already. */
export async function changeCardState(
  db: IssuerDb,
  cardId: string,
  state: Card['state'],
): Promise<CardRow | undefined> {
  return db
    .updateTable('cards')
    .set({ state })
    .where('card_id', '=', cardId)
    .where('state', '<>', state)
    .returningAll()
    .executeTakeFirst();
}

/** The card, which nobody else changes before the transaction ends. */
export async function holdCard(db: IssuerDb, cardId: string): Promise<CardRow> {
  return db
    .selectFrom('cards')
    .where('card_id', '=', cardId)
    .selectAll()
    .forUpdate()
    .executeTakeFirstOrThrow();
}

/** For when the operator's block is lifted. */
export async function keepRiderState(db: IssuerDb, cardId: string, state: Card['state']): Promise<CardRow> {
  return db
    .updateTable('cards')
    .set({ rider_state: state })
    .where('card_id', '=', cardId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** The state, which cannot change before the transaction ends. */
export async function holdCardState(db: IssuerDb, cardId: string): Promise<Card['state']> {
  const { state } = await db
    .selectFrom('cards')
    .where('card_id', '=', cardId)
    .select('state')
    .forShare()
    .executeTakeFirstOrThrow();
  return state;
}

export async function rememberDevice(db: IssuerDb, cardId: string, deviceKey: Buffer): Promise<void> {
  await db
    .updateTable('cards')
    .set({ device_key: deviceKey })
    .where('card_id', '=', cardId)
    .where((where) => where.or([where('device_key', 'is', null), where('device_key', '<>', deviceKey)]))
    .execute();
}

/** Marks every status list as changed, because of this card; belongs in the transaction of the change. */
export async function raiseStatusVersion(db: IssuerDb, cardId: string): Promise<void> {
  await sql`
    with raised as (update status_version set version = version + 1 returning version)
    insert into status_changes (version, card_id) select version, ${cardId} from raised`.execute(db);
}
