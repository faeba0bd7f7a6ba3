/** What riders ask to be corrected, until staff have answered. */
import { sql, type Selectable } from 'kysely';
import type { CorrectionRequest, operatorApi, QueuedCorrection, RequestOf } from '@vedong/contracts';
import { decodeCursor, toPage } from './page.ts';
import type { CardDay } from './pairing-queue.ts';
import type { Db, OperatorTables, Tx } from './tables.ts';

type QueueQuery = RequestOf<(typeof operatorApi)['GET /v1/correction-requests']>['query'];
type RequestRow = Selectable<OperatorTables['correction_requests']>;

/** False where it is known already. */
export async function insertRequest(
  tx: Tx,
  request: CorrectionRequest & CardDay,
  now: Date,
): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('correction_requests')
    .values({
      request_id: request.requestId,
      service_day: request.serviceDay,
      card_ref: request.cardRef,
      trip_id: request.tripId,
      kind: request.kind,
      place_name: request.placeName,
      words: request.words,
      asked_at: new Date(request.askedAt),
      received_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** The longest waiting of the trip's open requests. */
export async function findOpenRequest(tx: Tx, tripId: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('correction_requests')
    .select('request_id')
    .where('trip_id', '=', tripId)
    .where('answered_at', 'is', null)
    .orderBy('asked_at')
    .limit(1)
    .executeTakeFirst();
  return row?.request_id;
}

export async function markAnswered(tx: Tx, requestId: string, now: Date): Promise<void> {
  await tx
    .updateTable('correction_requests')
    .set({ answered_at: now })
    .where('request_id', '=', requestId)
    .execute();
}

export async function listRequestsOfTrip(db: Db, tripId: string): Promise<QueuedCorrection[]> {
  const rows = await db
    .selectFrom('correction_requests')
    .selectAll()
    .where('trip_id', '=', tripId)
    .orderBy('asked_at')
    .execute();
  return rows.map(toRequest);
}

/** A page of the queue. A request about a trip that became part of another one waits unseen. Throws `invalid_cursor`. */
export async function listRequests(
  db: Db,
  { state, after, limit }: QueueQuery,
): Promise<{ requests: QueuedCorrection[]; next: string | null }> {
  const [column, order] =
    state === 'open' ? (['asked_at', 'asc'] as const) : (['answered_at', 'desc'] as const);
  let query = db
    .selectFrom('correction_requests')
    .selectAll()
    .where('answered_at', state === 'open' ? 'is' : 'is not', null)
    .orderBy(column, order)
    .orderBy('request_id', order)
    .limit(limit + 1);
  if (state === 'open') {
    query = query.where((eb) =>
      eb.exists(
        eb
          .selectFrom('trips')
          .select('trips.trip_id')
          .whereRef('trips.service_day', '=', 'correction_requests.service_day')
          .whereRef('trips.card_ref', '=', 'correction_requests.card_ref')
          .whereRef('trips.trip_id', '=', 'correction_requests.trip_id')
          .where('state', '<>', 'withdrawn'),
      ),
    );
  }
  if (after) {
    const { at, id } = decodeCursor(after);
    query = query.where(
      state === 'open'
        ? sql<boolean>`(asked_at, request_id) > (${at}, ${id})`
        : sql<boolean>`(answered_at, request_id) < (${at}, ${id})`,
    );
  }
  const { items, next } = toPage(await query.execute(), limit, {
    cursorOf: (row) => ({ at: row[column] as Date, id: row.request_id }),
    toItem: toRequest,
  });
  return { requests: items, next };
}

const toRequest = (row: RequestRow): QueuedCorrection => ({
  requestId: row.request_id,
  tripId: row.trip_id,
  serviceDay: row.service_day,
  kind: row.kind,
  placeName: row.place_name,
  words: row.words,
  askedAt: row.asked_at.toISOString(),
  receivedAt: row.received_at.toISOString(),
});
