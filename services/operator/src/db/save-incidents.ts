/** Writes what was found as incidents: each once, with its newest evidence; what is no longer found is withdrawn. */
import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import type { ConflictClass, Consequence, Finding, IncidentEventKind } from '@vedong/contracts';
import type { Tx } from './tables.ts';

/** More evidence than this is counted, not kept. */
export const keptFindings = 200;

/** One incident as it should be now. */
export interface FoundIncident {
  class: ConflictClass;
  subject: string;
  serviceDay: string | null;
  cardRef: string | null;
  validatorId: string | null;
  happenedAt: string;
  findings: readonly Finding[];
  count: number;
  consequence: Consequence;
}

/** An incident that is there already, locked. */
export interface KnownIncident {
  incidentId: string;
  class: ConflictClass;
  subject: string;
  state: 'open' | 'handled' | 'withdrawn';
  count: number;
  findings: Finding[];
  consequence: Consequence;
}

export interface SavedIncident extends FoundIncident {
  incidentId: string;
  /** There is more than there was: its consequence is to be carried out (again). */
  isMore: boolean;
}

/** Incidents of these subjects, withdrawn ones too. */
export async function lockIncidents(
  tx: Tx,
  classes: readonly ConflictClass[],
  subjects: readonly string[],
): Promise<KnownIncident[]> {
  if (subjects.length === 0) return [];
  const { rows } = await sql<KnownIncident>`
    select incident_id as "incidentId", class, subject, state, count, findings, consequence from incidents
    where class = any(${classes}::text[]) and subject = any(${subjects}::text[])
    order by incident_id for update`.execute(tx);
  return rows;
}

/** Gives those that are new or changed. */
export async function saveIncidents(
  tx: Tx,
  found: readonly FoundIncident[],
  known: readonly KnownIncident[],
  now: string,
): Promise<SavedIncident[]> {
  const knownByKey = new Map(known.map((incident) => [keyOf(incident), incident]));
  const changed = found.filter((incident) => !isSame(incident, knownByKey.get(keyOf(incident))));
  const saved = await upsertIncidents(tx, changed, now);
  await addEvents(
    tx,
    saved.map((incident) => ({
      incidentId: incident.incidentId,
      kind: eventOf(knownByKey.get(keyOf(incident)), incident),
    })),
    now,
  );
  return saved.map((incident) => {
    const before = knownByKey.get(keyOf(incident));
    return {
      ...incident,
      isMore: !before || before.state === 'withdrawn' || incident.count > before.count,
    };
  });
}

/** Gives the ids of those that were withdrawn. */
export async function withdrawIncidents(
  tx: Tx,
  incidents: readonly KnownIncident[],
  now: string,
): Promise<string[]> {
  const gone = incidents.filter(({ state }) => state !== 'withdrawn').map(({ incidentId }) => incidentId);
  if (gone.length === 0) return [];
  await sql`update incidents set state = 'withdrawn', changed_at = ${now}
    where incident_id = any(${gone}::uuid[])`.execute(tx);
  await sql`delete from incident_taps where incident_id = any(${gone}::uuid[])`.execute(tx);
  await addEvents(
    tx,
    gone.map((incidentId) => ({ incidentId, kind: 'withdrawn' })),
    now,
  );
  return gone;
}

export interface NewEvent {
  incidentId: string;
  kind: IncidentEventKind;
  by?: string;
  note?: string;
}

export async function addEvents(tx: Tx, events: readonly NewEvent[], now: string): Promise<void> {
  if (events.length === 0) return;
  await tx
    .insertInto('incident_events')
    .values(
      events.map(({ incidentId, kind, by, note }) => ({
        incident_id: incidentId,
        at: new Date(now),
        kind,
        by: by ?? null,
        note: note ?? null,
      })),
    )
    .execute();
}

export interface IncidentTapRow {
  serviceDay: string;
  cardRef: string;
  tapId: string;
  incidentId: string;
  counts: boolean;
}

/** The taps that these incidents are about, in place of those known before. */
export async function replaceIncidentTaps(
  tx: Tx,
  incidentIds: readonly string[],
  taps: readonly IncidentTapRow[],
): Promise<void> {
  if (incidentIds.length === 0) return;
  await sql`delete from incident_taps where incident_id = any(${incidentIds}::uuid[])`.execute(tx);
  await insertIncidentTaps(tx, taps);
}

export async function insertIncidentTaps(tx: Tx, taps: readonly IncidentTapRow[]): Promise<void> {
  if (taps.length === 0) return;
  await sql`
    insert into incident_taps (service_day, card_ref, tap_id, incident_id, counts)
    select * from unnest(${taps.map(({ serviceDay }) => serviceDay)}::date[],
      ${taps.map(({ cardRef }) => cardRef)}::text[], ${taps.map(({ tapId }) => tapId)}::uuid[],
      ${taps.map(({ incidentId }) => incidentId)}::uuid[], ${taps.map(({ counts }) => counts)}::boolean[])
    on conflict do nothing`.execute(tx);
}

const keyOf = ({ class: of, subject }: { class: string; subject: string }) => `${of} ${subject}`;

function isSame(found: FoundIncident, known: KnownIncident | undefined): boolean {
  return (
    known !== undefined &&
    known.state !== 'withdrawn' &&
    known.count === found.count &&
    known.consequence === found.consequence &&
    isDeepStrictEqual(known.findings, found.findings)
  );
}

function eventOf(known: KnownIncident | undefined, { count }: FoundIncident): IncidentEventKind {
  if (!known || known.state === 'withdrawn') return 'found';
  return known.state === 'handled' && count > known.count ? 'reopened' : 'more_found';
}

async function upsertIncidents(
  tx: Tx,
  incidents: readonly FoundIncident[],
  now: string,
): Promise<(FoundIncident & { incidentId: string })[]> {
  if (incidents.length === 0) return [];
  const { rows } = await sql<{ incident_id: string; class: string; subject: string }>`
    insert into incidents as old (class, subject, service_day, card_ref, validator_id, happened_at, found_at,
      changed_at, count, findings, consequence)
    select class, subject, service_day, card_ref, validator_id, happened_at, ${now}::timestamptz, ${now}::timestamptz,
      count, findings, consequence
    from unnest(${incidents.map((one) => one.class)}::text[], ${incidents.map((one) => one.subject)}::text[],
      ${incidents.map((one) => one.serviceDay)}::date[], ${incidents.map((one) => one.cardRef)}::text[],
      ${incidents.map((one) => one.validatorId)}::text[], ${incidents.map((one) => one.happenedAt)}::timestamptz[],
      ${incidents.map((one) => one.count)}::integer[], ${incidents.map((one) => JSON.stringify(one.findings))}::jsonb[],
      ${incidents.map((one) => one.consequence)}::text[])
      as found (class, subject, service_day, card_ref, validator_id, happened_at, count, findings, consequence)
    on conflict (class, subject) do update set happened_at = excluded.happened_at, changed_at = excluded.changed_at,
      findings = excluded.findings, count = excluded.count, consequence = excluded.consequence,
      state = case when old.state = 'handled' and excluded.count <= old.count then 'handled' else 'open' end
    returning incident_id, class, subject`.execute(tx);
  const idByKey = new Map(rows.map((row) => [keyOf(row as never), row.incident_id]));
  return incidents.map((one) => ({ ...one, incidentId: idByKey.get(keyOf(one)) as string }));
}
