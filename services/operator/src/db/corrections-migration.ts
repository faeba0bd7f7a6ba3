/** Tap-off of buses, ends of trips without a tap, and corrections: frozen as every migration is. */
import { sql, type Migration } from 'kysely';

export const corrections: Migration = {
  async up(db) {
    for (const statement of correctionsStatements) await sql.raw(statement).execute(db);
  },
};

const correctionsStatements = [
  `alter table lines add column tap_policy text not null default 'tap_on'
    check (tap_policy in ('tap_on', 'tap_on_off'))`,
  `alter table gates drop constraint gates_kind_check`,
  `alter table gates add constraint gates_kind_check check (kind in ('entry', 'exit', 'board', 'alight'))`,
  `create index gates_line on gates (line_id)`,
  // The place of an end at which nobody tapped; of others the gate says it.
  `alter table trips
    add column entry_place_id text,
    add column exit_place_id text,
    add column inferred_from_tap_id uuid,
    add column corrections jsonb`,
  `create table correction_requests (
    request_id uuid primary key,
    service_day date not null,
    card_ref text not null,
    trip_id uuid not null,
    kind text not null check (kind in ('forgot_tap', 'wrong')),
    place_name text,
    words text not null,
    asked_at timestamptz not null,
    received_at timestamptz not null,
    answered_at timestamptz
  )`,
  `create index correction_requests_open on correction_requests (asked_at, request_id) where answered_at is null`,
  `create index correction_requests_answered on correction_requests (answered_at desc, request_id desc)
    where answered_at is not null`,
  `create index correction_requests_trip on correction_requests (trip_id)`,
  // A decision is an input to pairing, as a tap is: another one may follow, none is changed.
  `create table trip_decisions (
    decision_no bigint primary key generated always as identity,
    decision_id uuid not null unique,
    service_day date not null,
    card_ref text not null,
    trip_id uuid not null,
    request_id uuid unique references correction_requests,
    kind text not null check (kind in ('complete', 'waive', 'refuse', 'as_tapped')),
    place_id text references places,
    reason text not null,
    decided_by text not null,
    decided_at timestamptz not null,
    check ((kind = 'complete') = (place_id is not null)),
    check (kind <> 'refuse' or request_id is not null)
  )`,
  `create index trip_decisions_card on trip_decisions (service_day, card_ref)`,
  `create function refuse_change() returns trigger language plpgsql as $$
  begin
    raise exception '% is append-only: decide once more', tg_table_name
      using errcode = 'integrity_constraint_violation';
  end $$`,
  `create trigger trip_decisions_append_only before update or delete or truncate on trip_decisions
    for each statement execute function refuse_change()`,
];
