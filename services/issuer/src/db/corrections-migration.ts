/** Corrections of trips: what riders ask, and what staff of the operator decided. Frozen as every migration is. */
export const corrections = [
  `alter table trips add column corrections jsonb`,
  `create table trip_corrections (
    request_id uuid primary key,
    rider_id uuid not null references riders,
    card_id uuid not null references cards,
    trip_id uuid not null references trips,
    kind text not null check (kind in ('forgot_tap', 'wrong')),
    place_name text,
    words text not null,
    asked_at timestamptz not null,
    sent_at timestamptz,
    refused_code text
  )`,
  `create index trip_corrections_unsent on trip_corrections (asked_at) where sent_at is null`,
  `create index trip_corrections_trip on trip_corrections (trip_id)`,
  `create index trip_corrections_rider on trip_corrections (rider_id)`,
];
