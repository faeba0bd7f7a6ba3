/** Applications for concessions, and what cards carry of them. */
import type { Insertable, Selectable } from 'kysely';
import type { IssuerDb } from './database.ts';
import type { IssuerTables } from './tables.ts';

type ApplicationTable = Selectable<IssuerTables['concession_applications']>;
/** Without the picture, which is asked for by itself. */
export type ApplicationRow = Omit<ApplicationTable, 'picture_sealed'>;

const columns = [
  'application_id',
  'card_id',
  'category',
  'state',
  'asked_at',
  'decided_at',
  'decided_by',
  'reason',
  'until',
] as const;

/** False where the card has one that waits. */
export async function tryInsertApplication(
  db: IssuerDb,
  row: Insertable<IssuerTables['concession_applications']>,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('concession_applications')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

export const findApplication = (db: IssuerDb, applicationId: string): Promise<ApplicationRow | undefined> =>
  db
    .selectFrom('concession_applications')
    .where('application_id', '=', applicationId)
    .select(columns)
    .executeTakeFirst();

/** Holds it until the transaction ends. */
export const lockApplication = (db: IssuerDb, applicationId: string): Promise<ApplicationRow | undefined> =>
  db
    .selectFrom('concession_applications')
    .where('application_id', '=', applicationId)
    .select(columns)
    .forUpdate()
    .executeTakeFirst();

export const findLastApplication = (db: IssuerDb, cardId: string): Promise<ApplicationRow | undefined> =>
  db
    .selectFrom('concession_applications')
    .where('card_id', '=', cardId)
    .orderBy('asked_at', 'desc')
    .select(columns)
    .executeTakeFirst();

/** Null where it was deleted with the decision. */
export async function findPicture(db: IssuerDb, applicationId: string): Promise<Buffer | null | undefined> {
  const row = await db
    .selectFrom('concession_applications')
    .where('application_id', '=', applicationId)
    .select('picture_sealed')
    .executeTakeFirst();
  return row?.picture_sealed;
}

/** Those that wait, the oldest first, or all, the newest first. */
export const listApplications = (
  db: IssuerDb,
  show: 'waiting' | 'all',
  limit: number,
): Promise<ApplicationRow[]> =>
  db
    .selectFrom('concession_applications')
    .$if(show === 'waiting', (query) => query.where('state', '=', 'waiting'))
    .orderBy('asked_at', show === 'waiting' ? 'asc' : 'desc')
    .limit(limit)
    .select(columns)
    .execute();

/** The picture goes with the decision. */
export async function settleApplication(
  db: IssuerDb,
  applicationId: string,
  decision: Pick<ApplicationRow, 'state' | 'decided_at' | 'decided_by' | 'reason' | 'until'>,
): Promise<void> {
  await db
    .updateTable('concession_applications')
    .set({ ...decision, picture_sealed: null })
    .where('application_id', '=', applicationId)
    .execute();
}

export async function putCardConcession(
  db: IssuerDb,
  cardId: string,
  concession: { category: ApplicationRow['category']; until: string },
): Promise<void> {
  await db
    .updateTable('cards')
    .set({ concession_category: concession.category, concession_until: concession.until })
    .where('card_id', '=', cardId)
    .execute();
}
