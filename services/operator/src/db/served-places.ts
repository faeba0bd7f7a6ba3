/** Where lines have gates, and which of these places are a short walk from another. */
import { sql } from 'kysely';
import type { Db } from './tables.ts';

/** A longer walk would not be a change of lines but another errand. */
export const shortWalkMetres = 300;

export interface PlaceQuestion {
  lineId: string;
  placeId: string;
}

/** For each question the line's place nearest to that place, itself before all others; null where none is near. */
export async function findServedPlaces(
  db: Db,
  questions: readonly PlaceQuestion[],
): Promise<(PlaceQuestion & { near: string | null })[]> {
  const { rows } = await sql<PlaceQuestion & { near: string | null }>`
    select line_id as "lineId", place_id as "placeId", (
      select served.place_id
      from (select distinct place_id from gates where gates.line_id = question.line_id) as on_line
        join places as served using (place_id),
        lateral (select sqrt(
          power((served.latitude - here.latitude) * 111320, 2) +
          power((served.longitude - here.longitude) * 111320 * cos(radians(here.latitude)), 2)) as metres) as walk
      where metres <= ${shortWalkMetres}
      order by served.place_id <> here.place_id, metres, served.place_id limit 1
    ) as near
    from unnest(${questions.map(({ lineId }) => lineId)}::text[], ${questions.map(({ placeId }) => placeId)}::text[])
      as question (line_id, place_id)
    join places as here using (place_id)`.execute(db);
  return rows;
}

/** Whether a gate of the line stands at the place. */
export async function isServed(db: Db, { lineId, placeId }: PlaceQuestion): Promise<boolean> {
  const row = await db
    .selectFrom('gates')
    .select('gate_id')
    .where('line_id', '=', lineId)
    .where('place_id', '=', placeId)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
