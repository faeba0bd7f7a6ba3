/** Taps for staff, newest first. Every filter has an index behind it. */
import { sql, type Selectable, type SelectQueryBuilder } from 'kysely';
import type { operatorApi, OperatorTap, RequestOf } from '@vedong/contracts';
import { decodeCursor, toPage } from './page.ts';
import type { Db, OperatorTables } from './tables.ts';

type TapQuery = RequestOf<(typeof operatorApi)['GET /v1/taps']>['query'];
type TapRow = Selectable<OperatorTables['taps']>;

/** Throws `invalid_cursor`. */
export async function listTaps(
  db: Db,
  query: TapQuery,
): Promise<{ taps: OperatorTap[]; next: string | null }> {
  let page = db
    .selectFrom('taps')
    .selectAll()
    .orderBy('at', 'desc')
    .orderBy('tap_id', 'desc')
    .limit(query.limit + 1);
  if (query.serviceDay) page = page.where('service_day', '=', query.serviceDay);
  if (query.cardRef) page = page.where('card_ref', '=', query.cardRef);
  if (query.gateId) page = page.where('gate_id', '=', query.gateId);
  if (query.outcome) page = page.where('outcome', '=', query.outcome);
  if (query.reason) page = page.where('reason', '=', query.reason);
  if (query.after) {
    const { at, id } = decodeCursor(query.after);
    page = page.where(sql<boolean>`(at, tap_id) < (${at}, ${id})`);
  }
  const rows = await selectNamedTaps(db, page).execute();
  const { items, next } = toPage(rows, query.limit, {
    cursorOf: (row) => ({ at: row.at, id: row.tap_id }),
    toItem: toTap,
  });
  return { taps: items, next };
}

/** These taps of one card and service day, in the order of time. */
export async function listTapsOfTrip(
  db: Db,
  trip: { serviceDay: string; cardRef: string; tapIds: readonly string[] },
): Promise<OperatorTap[]> {
  const page = db
    .selectFrom('taps')
    .selectAll()
    .where('service_day', '=', trip.serviceDay)
    .where('card_ref', '=', trip.cardRef)
    .where('tap_id', 'in', trip.tapIds);
  return (await selectNamedTaps(db, page).execute()).map(toTap).reverse();
}

function selectNamedTaps(db: Db, page: SelectQueryBuilder<OperatorTables, 'taps', TapRow>) {
  return db
    .selectFrom(page.as('tap'))
    .innerJoin('gates', 'gates.gate_id', 'tap.gate_id')
    .innerJoin('places', 'places.place_id', 'gates.place_id')
    .innerJoin('lines', 'lines.line_id', 'gates.line_id')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('incident_taps')
          .innerJoin('incidents', 'incidents.incident_id', 'incident_taps.incident_id')
          .select(['class as conflict_class', 'incidents.incident_id', 'counts'])
          .whereRef('incident_taps.service_day', '=', 'tap.service_day')
          .whereRef('incident_taps.card_ref', '=', 'tap.card_ref')
          .whereRef('incident_taps.tap_id', '=', 'tap.tap_id')
          // A tap that does not count is what staff must see first.
          .orderBy('counts')
          .orderBy('class')
          .limit(1)
          .as('conflict'),
      (join) => join.onTrue(),
    )
    .selectAll('tap')
    .select(['conflict_class', 'conflict.incident_id', 'counts'])
    .select(['places.name_vi', 'places.name_en', 'lines.name_vi as line_name'])
    .orderBy('tap.at', 'desc')
    .orderBy('tap.tap_id', 'desc');
}

function toTap(row: Awaited<ReturnType<ReturnType<typeof selectNamedTaps>['execute']>>[number]): OperatorTap {
  return {
    tapId: row.tap_id,
    validatorId: row.validator_id,
    seq: row.seq,
    serviceDay: row.service_day,
    at: row.at.toISOString(),
    gateId: row.gate_id,
    nameVi: row.name_vi,
    nameEn: row.name_en,
    lineName: row.line_name,
    outcome: row.outcome,
    reason: row.reason,
    guard: row.guard,
    marks: row.marks,
    policy: row.policy,
    continues: row.continues,
    cardRef: row.card_ref || null,
    receivedAt: row.received_at.toISOString(),
    conflict:
      row.conflict_class && row.incident_id
        ? { class: row.conflict_class, incidentId: row.incident_id, counts: row.counts ?? true }
        : null,
  };
}
