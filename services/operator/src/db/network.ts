/** Places, lines and gates. */
import { sql } from 'kysely';
import type { operatorApi, RequestOf, ResponseOf } from '@vedong/contracts';
import type { Gate } from '@vedong/travel';
import type { Db, Tx } from './tables.ts';

type Api = typeof operatorApi;
export type Network = RequestOf<Api['PUT /v1/network']>['body'];
export type GateEntry = RequestOf<Api['PUT /v1/gates']>['body']['gates'][number];
type ListedGate = ResponseOf<Api['GET /v1/gates']>['gates'][number];
type Line = Network['lines'][number];

export async function upsertPlaces(tx: Tx, places: Network['places']): Promise<void> {
  await sql`
    insert into places (place_id, name_vi, name_en, latitude, longitude)
    select * from unnest(
      ${places.map((place) => place.placeId)}::text[], ${places.map((place) => place.nameVi)}::text[],
      ${places.map((place) => place.nameEn)}::text[], ${places.map((place) => place.latitude)}::float8[],
      ${places.map((place) => place.longitude)}::float8[])
    on conflict (place_id) do update set name_vi = excluded.name_vi, name_en = excluded.name_en,
      latitude = excluded.latitude, longitude = excluded.longitude`.execute(tx);
}

/** Their anti-passback rules aside, which `setRules` changes and writes down. */
export async function upsertLines(tx: Tx, lines: readonly Line[]): Promise<void> {
  await sql`
    insert into lines (line_id, name_vi, name_en, mode, agency, scope, tap_policy)
    select * from unnest(
      ${lines.map((line) => line.lineId)}::text[], ${lines.map((line) => line.nameVi)}::text[],
      ${lines.map((line) => line.nameEn)}::text[], ${lines.map((line) => line.mode)}::text[],
      ${lines.map((line) => line.agency)}::text[], ${lines.map((line) => line.scope)}::integer[],
      ${lines.map((line) => line.tapPolicy)}::text[])
    on conflict (line_id) do update set name_vi = excluded.name_vi, name_en = excluded.name_en,
      mode = excluded.mode, agency = excluded.agency, scope = excluded.scope,
      tap_policy = excluded.tap_policy`.execute(tx);
}

export async function listLines(db: Db): Promise<Line[]> {
  const lines = await db
    .selectFrom('lines')
    .select([
      'line_id as lineId',
      'name_vi as nameVi',
      'name_en as nameEn',
      'mode',
      'agency',
      'scope',
      'tap_policy as tapPolicy',
      'passback',
    ])
    .orderBy('mode', 'desc')
    .orderBy('line_id')
    .execute();
  return lines.map(({ passback, ...line }) => ({ ...line, ...(passback ? { passback } : {}) }));
}

export async function upsertGates(tx: Tx, gates: readonly GateEntry[]): Promise<void> {
  await sql`
    insert into gates (gate_id, kind, line_id, place_id, validator_id, gate_class)
    select gate_id, kind, line_id, place_id, validator_id, coalesce(gate_class, 'standard') from unnest(
      ${gates.map((gate) => gate.gateId)}::text[], ${gates.map((gate) => gate.kind)}::text[],
      ${gates.map((gate) => gate.lineId)}::text[], ${gates.map((gate) => gate.placeId)}::text[],
      ${gates.map((gate) => gate.validatorId)}::text[],
      ${gates.map((gate) => gate.gateClass ?? null)}::text[])
      as entry (gate_id, kind, line_id, place_id, validator_id, gate_class)
    on conflict (gate_id) do update set kind = excluded.kind, line_id = excluded.line_id,
      place_id = excluded.place_id, validator_id = excluded.validator_id`.execute(tx);
  await changeClasses(tx, gates);
}

/** Only of gates for which a class was given: an entry without one leaves the gate's class as it is. */
async function changeClasses(tx: Tx, gates: readonly GateEntry[]): Promise<void> {
  const given = gates.filter(({ gateClass }) => gateClass !== undefined);
  await sql`
    update gates set gate_class = given.gate_class
    from unnest(${given.map(({ gateId }) => gateId)}::text[], ${given.map(({ gateClass }) => gateClass)}::text[])
      as given (gate_id, gate_class)
    where gates.gate_id = given.gate_id and gates.gate_class <> given.gate_class`.execute(tx);
}

const keyOf = {
  lines: 'line_id',
  places: 'place_id',
  validators: 'validator_id',
  gate_classes: 'class_id',
} as const;

/** Those of `ids` that are not in the table. */
export async function listUnknownIds(
  tx: Tx,
  table: keyof typeof keyOf,
  ids: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct id from unnest(${ids}::text[]) as wanted (id)
    where not exists (select from ${sql.table(table)} where ${sql.ref(keyOf[table])} = id) order by id`.execute(
    tx,
  );
  return rows.map(({ id }) => id);
}

/** Tap-off gates among these of lines on which nobody taps off. */
export async function listGatesOfOtherLines(tx: Tx, gates: readonly GateEntry[]): Promise<string[]> {
  const alight = gates.filter(({ kind }) => kind === 'alight');
  const { rows } = await sql<{ gateId: string }>`
    select gate_id as "gateId"
    from unnest(${alight.map(({ gateId }) => gateId)}::text[], ${alight.map(({ lineId }) => lineId)}::text[])
      as gate (gate_id, line_id) join lines using (line_id)
    where mode <> 'bus' or tap_policy <> 'tap_on_off' order by gate_id`.execute(tx);
  return rows.map(({ gateId }) => gateId);
}

/** Which validator serves each of these gates; gates that do not exist are left out. */
export async function listValidatorsByGate(db: Db, gateIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ gate_id: string; validator_id: string }>`
    select gate_id, validator_id from gates where gate_id = any(${gateIds}::text[])`.execute(db);
  return new Map(rows.map((row) => [row.gate_id, row.validator_id]));
}

const selectGates = (db: Db) =>
  db
    .selectFrom('gates')
    .innerJoin('lines', 'lines.line_id', 'gates.line_id')
    .innerJoin('places', 'places.place_id', 'gates.place_id')
    .select([
      'gate_id',
      'kind',
      'gates.line_id',
      'lines.mode',
      'lines.scope',
      'lines.name_vi as line_name',
      'lines.passback',
      'gates.place_id',
      'places.name_vi',
      'places.name_en',
      'latitude',
      'longitude',
      'gates.validator_id',
      'gates.gate_class',
      'gates.challenge',
    ])
    .orderBy('gate_id');

function toGate(row: Awaited<ReturnType<ReturnType<typeof selectGates>['execute']>>[number]): Gate {
  return {
    gateId: row.gate_id,
    kind: row.kind,
    mode: row.mode,
    lineId: row.line_id,
    lineScope: row.scope,
    lineName: row.line_name,
    gateClass: row.gate_class,
    ...(row.challenge ? { challenge: true } : {}),
    place: {
      placeId: row.place_id,
      nameVi: row.name_vi,
      nameEn: row.name_en,
      latitude: row.latitude,
      longitude: row.longitude,
    },
    ...(row.passback ? { passback: row.passback } : {}),
  };
}

export async function listGatesOf(db: Db, validatorId: string): Promise<Gate[]> {
  const rows = await selectGates(db).where('gates.validator_id', '=', validatorId).execute();
  return rows.map(toGate);
}

/** All gates; `lastTapAt` looks back to the service day `since` and no further. */
export async function listGates(db: Db, since: string): Promise<ListedGate[]> {
  const rows = await selectGates(db)
    .innerJoin('validators', 'validators.validator_id', 'gates.validator_id')
    .leftJoinLateral(
      (eb) =>
        eb
          .selectFrom('taps')
          .select('at as last_tap_at')
          .whereRef('taps.gate_id', '=', 'gates.gate_id')
          .where('service_day', '>=', since)
          .orderBy('at', 'desc')
          .orderBy('tap_id', 'desc')
          .limit(1)
          .as('last_tap'),
      (join) => join.onTrue(),
    )
    .select(['seen_at', 'last_tap.last_tap_at'])
    .execute();
  return rows.map((row) => ({
    ...toGate(row),
    validatorId: row.validator_id,
    lastTapAt: row.last_tap_at?.toISOString() ?? null,
    validatorSeenAt: row.seen_at?.toISOString() ?? null,
  }));
}
