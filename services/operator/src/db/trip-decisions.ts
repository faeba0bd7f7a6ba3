/** What staff decided about trips: kept for good, an input to pairing. */
import type { TripDecision } from '@vedong/contracts';
import { arrayText } from './array-text.ts';
import { sql } from 'kysely';
import type { CardDay } from './pairing-queue.ts';
import type { Db, Tx } from './tables.ts';

export interface StoredDecision extends TripDecision, CardDay {
  tripId: string;
  placeId: string | null;
}

const selectDecisions = (db: Db | Tx) =>
  db
    .selectFrom('trip_decisions')
    .leftJoin('places', 'places.place_id', 'trip_decisions.place_id')
    .selectAll('trip_decisions')
    .select(['places.name_vi', 'places.name_en'])
    .orderBy('decision_no');

type DecisionRow = Awaited<ReturnType<ReturnType<typeof selectDecisions>['execute']>>[number];

const toDecision = (row: DecisionRow): StoredDecision => ({
  serviceDay: row.service_day,
  cardRef: row.card_ref,
  tripId: row.trip_id,
  placeId: row.place_id,
  decisionId: row.decision_id,
  requestId: row.request_id,
  kind: row.kind,
  place: row.name_vi && row.name_en ? { nameVi: row.name_vi, nameEn: row.name_en } : null,
  reason: row.reason,
  at: row.decided_at.toISOString(),
  decidedBy: row.decided_by,
});

/** All about trips of these cards and days, the oldest first. */
export async function listDecisionsOfCards(tx: Tx, cardDays: readonly CardDay[]): Promise<StoredDecision[]> {
  const days = arrayText(cardDays.map(({ serviceDay }) => serviceDay));
  const cardRefs = arrayText(cardDays.map(({ cardRef }) => cardRef));
  const rows = await selectDecisions(tx)
    .where(
      sql<boolean>`(service_day, card_ref) in (select * from unnest(${days}::date[], ${cardRefs}::text[]))`,
    )
    .execute();
  return rows.map(toDecision);
}

/** Those about a trip, the oldest first. */
export async function listDecisionsOfTrip(db: Db | Tx, tripId: string): Promise<StoredDecision[]> {
  return (await selectDecisions(db).where('trip_id', '=', tripId).execute()).map(toDecision);
}

/** The answers to these requests, by request. */
export async function listAnswers(
  db: Db,
  requestIds: readonly string[],
): Promise<Map<string, StoredDecision>> {
  if (requestIds.length === 0) return new Map();
  const rows = await selectDecisions(db).where('request_id', 'in', requestIds).execute();
  return new Map(rows.map((row) => [row.request_id as string, toDecision(row)]));
}

export async function findDecision(tx: Tx, decisionId: string): Promise<StoredDecision | undefined> {
  const row = await selectDecisions(tx).where('decision_id', '=', decisionId).executeTakeFirst();
  return row && toDecision(row);
}

type NewDecision = Pick<
  StoredDecision,
  | 'serviceDay'
  | 'cardRef'
  | 'tripId'
  | 'placeId'
  | 'decisionId'
  | 'requestId'
  | 'kind'
  | 'reason'
  | 'decidedBy'
> & { decidedAt: Date };

export async function insertDecision(tx: Tx, decision: NewDecision): Promise<void> {
  await tx
    .insertInto('trip_decisions')
    .values({
      decision_id: decision.decisionId,
      service_day: decision.serviceDay,
      card_ref: decision.cardRef,
      trip_id: decision.tripId,
      request_id: decision.requestId,
      kind: decision.kind,
      place_id: decision.placeId,
      reason: decision.reason,
      decided_by: decision.decidedBy,
      decided_at: decision.decidedAt,
    })
    .execute();
}
