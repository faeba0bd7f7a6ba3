/** Trips with the names of their line and places, for lists and for the issuer. */
import type { Selectable, SelectQueryBuilder } from 'kysely';
import type { Money, OperatorTrip } from '@vedong/contracts';
import type { Db, OperatorTables } from './tables.ts';

type TripRow = Selectable<OperatorTables['trips']>;
type TripEnd = NonNullable<OperatorTrip['entry']>;

/** `page` picks the rows; they come back newest first. */
export function selectNamedTrips(db: Db, page: SelectQueryBuilder<OperatorTables, 'trips', TripRow>) {
  return db
    .selectFrom(page.as('trip'))
    .innerJoin('lines', 'lines.line_id', 'trip.line_id')
    .leftJoin('gates as entry_gate', 'entry_gate.gate_id', 'trip.entry_gate_id')
    .leftJoin('places as entry_place', (join) =>
      join.on((eb) =>
        eb('entry_place.place_id', '=', eb.fn.coalesce('trip.entry_place_id', 'entry_gate.place_id')),
      ),
    )
    .leftJoin('gates as exit_gate', 'exit_gate.gate_id', 'trip.exit_gate_id')
    .leftJoin('places as exit_place', (join) =>
      join.on((eb) =>
        eb('exit_place.place_id', '=', eb.fn.coalesce('trip.exit_place_id', 'exit_gate.place_id')),
      ),
    )
    .selectAll('trip')
    .select((eb) =>
      eb
        .exists(
          eb
            .selectFrom('incident_taps')
            .whereRef('incident_taps.service_day', '=', 'trip.service_day')
            .whereRef('incident_taps.card_ref', '=', 'trip.card_ref')
            .where((tap) =>
              tap.or([
                tap('tap_id', '=', tap.ref('trip.entry_tap_id')),
                tap('tap_id', '=', tap.ref('trip.exit_tap_id')),
              ]),
            )
            .select('tap_id'),
        )
        .$castTo<boolean>()
        .as('in_conflict'),
    )
    .select([
      'lines.name_vi as line_name',
      'lines.agency',
      'entry_place.name_vi as entry_name_vi',
      'entry_place.name_en as entry_name_en',
      'exit_place.name_vi as exit_name_vi',
      'exit_place.name_en as exit_name_en',
    ])
    .orderBy('trip.began_at', 'desc')
    .orderBy('trip.trip_id', 'desc');
}

export type NamedTripRow = Awaited<ReturnType<ReturnType<typeof selectNamedTrips>['execute']>>[number];

export const entryOf = (row: NamedTripRow): TripEnd | null =>
  toEnd({
    gateId: row.entry_gate_id,
    at: row.entry_at,
    nameVi: row.entry_name_vi,
    nameEn: row.entry_name_en,
    source: row.entry_place_id === null ? null : 'correction',
  });

export const exitOf = (row: NamedTripRow): TripEnd | null =>
  toEnd({
    gateId: row.exit_gate_id,
    at: row.exit_at,
    nameVi: row.exit_name_vi,
    nameEn: row.exit_name_en,
    source: row.exit_place_id === null ? null : row.inferred_from_tap_id ? 'inferred' : 'correction',
  });

export const fareOf = ({ fare_amount: amount, fare_currency: currency }: NamedTripRow): Money | null =>
  amount !== null && currency !== null ? { amount, currency } : null;

interface EndRow {
  gateId: string | null;
  at: Date | null;
  nameVi: string | null;
  nameEn: string | null;
  source: 'inferred' | 'correction' | null;
}

function toEnd({ gateId, at, nameVi, nameEn, source }: EndRow): TripEnd | null {
  if (!at) return null;
  const name = gateId ?? '?';
  const end = { gateId, nameVi: nameVi ?? name, nameEn: nameEn ?? name, at: at.toISOString() };
  return source ? { ...end, source } : end;
}
