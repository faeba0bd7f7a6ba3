/** Trips and what was asked for them, by service day and line. */
import type { Mode } from '@vedong/travel';
import { sql } from 'kysely';
import type { Db } from './tables.ts';

export interface RiddenLine {
  serviceDay: string;
  lineId: string;
  nameVi: string;
  nameEn: string;
  mode: Mode;
  agency: string;
  trips: number;
  asked: number;
  unpriced: number;
}

export async function listRidership(
  db: Db,
  { from, to }: { from: string; to: string },
): Promise<RiddenLine[]> {
  const { rows } = await sql<RiddenLine>`
    select service_day as "serviceDay", line_id as "lineId", name_vi as "nameVi", name_en as "nameEn", lines.mode,
      agency, trips, asked, unpriced
    from (
      select service_day, line_id, count(*)::bigint as trips, coalesce(sum(fare_amount), 0)::bigint as asked,
        count(*) filter (where fare_amount is null)::bigint as unpriced
      from trips where service_day between ${from} and ${to} and state <> 'withdrawn'
      group by service_day, line_id
    ) as ridden join lines using (line_id)
    order by service_day, line_id`.execute(db);
  return rows;
}
