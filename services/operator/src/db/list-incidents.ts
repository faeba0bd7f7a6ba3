/** Incidents for staff, newest first, and one with its evidence. */
import { sql } from 'kysely';
import type { Finding, Incident, incidentApi, IncidentTap, RequestOf, ResponseOf } from '@vedong/contracts';
import { decodeCursor, toPage } from './page.ts';
import type { Db } from './tables.ts';

type IncidentQuery = RequestOf<(typeof incidentApi)['GET /v1/incidents']>['query'];
type Story = ResponseOf<(typeof incidentApi)['GET /v1/incidents/{incidentId}']>;

const selectIncidents = (db: Db) =>
  db
    .selectFrom('incidents')
    .leftJoin('card_blocks', (join) =>
      join
        .onRef('card_blocks.service_day', '=', 'incidents.service_day')
        .onRef('card_blocks.card_ref', '=', 'incidents.card_ref'),
    )
    .select([
      'incidents.incident_id',
      'class',
      'incidents.state',
      'consequence',
      'incidents.service_day',
      'incidents.card_ref',
      'validator_id',
      'happened_at',
      'found_at',
      'changed_at',
      'count',
      'card_blocks.state as block_state',
      'card_blocks.result as block_result',
    ])
    .where('incidents.state', '<>', 'withdrawn');

type IncidentRow = Awaited<ReturnType<ReturnType<typeof selectIncidents>['execute']>>[number];

/** Throws `invalid_cursor`. */
export async function listIncidents(
  db: Db,
  query: IncidentQuery,
): Promise<{ incidents: Incident[]; next: string | null }> {
  let page = selectIncidents(db)
    .orderBy('happened_at', 'desc')
    .orderBy('incidents.incident_id', 'desc')
    .limit(query.limit + 1);
  if (query.class) page = page.where('class', '=', query.class);
  if (query.state) page = page.where('incidents.state', '=', query.state);
  if (query.serviceDay) page = page.where('incidents.service_day', '=', query.serviceDay);
  if (query.cardRef) page = page.where('incidents.card_ref', '=', query.cardRef);
  if (query.validatorId) page = page.where('validator_id', '=', query.validatorId);
  if (query.after) {
    const { at, id } = decodeCursor(query.after);
    page = page.where(sql<boolean>`(happened_at, incidents.incident_id) < (${at}, ${id})`);
  }
  const { items, next } = toPage(await page.execute(), query.limit, {
    cursorOf: (row) => ({ at: row.happened_at, id: row.incident_id }),
    toItem: toIncident,
  });
  return { incidents: items, next };
}

export async function findIncident(db: Db, incidentId: string): Promise<Incident | undefined> {
  const row = await selectIncidents(db).where('incidents.incident_id', '=', incidentId).executeTakeFirst();
  return row && toIncident(row);
}

/** The incident with everything that is known of it. */
export async function findIncidentStory(db: Db, incidentId: string): Promise<Story | undefined> {
  const incident = await findIncident(db, incidentId);
  if (!incident) return undefined;
  const [{ findings }, taps, events] = await Promise.all([
    db
      .selectFrom('incidents')
      .select('findings')
      .where('incident_id', '=', incidentId)
      .executeTakeFirstOrThrow() as Promise<{ findings: Finding[] }>,
    listIncidentTaps(db, incidentId),
    db
      .selectFrom('incident_events')
      .select(['at', 'kind', 'by', 'note'])
      .where('incident_id', '=', incidentId)
      .orderBy('event_id')
      .limit(500)
      .execute(),
  ]);
  return {
    incident,
    findings,
    taps,
    events: events.map((event) => ({ ...event, at: event.at.toISOString() })),
  };
}

async function listIncidentTaps(db: Db, incidentId: string): Promise<IncidentTap[]> {
  const { rows } = await sql<Omit<IncidentTap, 'at'> & { at: Date }>`
    select tap_id as "tapId", at, gate_id as "gateId", places.name_vi as "nameVi", places.name_en as "nameEn",
      lines.name_vi as "lineName", latitude, longitude, taps.validator_id as "validatorId", guard,
      coalesce(slot, 0) as slot, counts
    from incident_taps join taps using (service_day, card_ref, tap_id)
    join gates using (gate_id) join places using (place_id) join lines using (line_id)
    where incident_id = ${incidentId} order by at, tap_id limit 400`.execute(db);
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}

function toIncident(row: IncidentRow): Incident {
  return {
    incidentId: row.incident_id,
    class: row.class,
    state: row.state as Incident['state'],
    consequence: row.consequence,
    serviceDay: row.service_day,
    cardRef: row.card_ref,
    validatorId: row.validator_id,
    happenedAt: row.happened_at.toISOString(),
    foundAt: row.found_at.toISOString(),
    changedAt: row.changed_at.toISOString(),
    count: row.count,
    block: blockStateOf(row),
  };
}

function blockStateOf({ block_state: state, block_result: result }: IncidentRow): Incident['block'] {
  if (state === null) return null;
  if (result === 'refused') return 'refused';
  if (state === 'blocked') return result === null ? 'asked' : 'blocked';
  return result === null ? 'lift_asked' : 'lifted';
}
