/** Ordered and frozen: a migration that has run anywhere is never changed, and imports no application code. */
import { sql, type Migration } from 'kysely';
import { afterStopMigration } from './after-stop-migration.ts';
import { corrections } from './corrections-migration.ts';
import { passbackChangesMigration } from './passback-changes-migration.ts';
import { staffActionsMigration } from './staff-actions-migration.ts';
import { incidentsMigration } from './incidents-migration.ts';
import { validatorTrustMigration } from './validator-trust-migration.ts';

const first: Migration = {
  async up(db) {
    for (const statement of firstStatements) await sql.raw(statement).execute(db);
  },
};

const firstStatements = [
  `create table staff (
    staff_id uuid primary key default gen_random_uuid(),
    email text not null unique check (email = lower(email)),
    name text not null,
    password_hash text not null,
    created_at timestamptz not null default now(),
    disabled_at timestamptz
  )`,
  `create table sessions (
    token_hash bytea primary key,
    staff_id uuid not null references staff on delete cascade,
    expires_at timestamptz not null
  )`,
  `create index sessions_staff on sessions (staff_id)`,
  `create index sessions_expires_at on sessions (expires_at)`,
  `create table rate_limits (key text primary key, points integer not null default 0, expire bigint)`,

  `create table places (
    place_id text primary key,
    name_vi text not null,
    name_en text not null,
    latitude double precision not null,
    longitude double precision not null
  )`,
  `create table lines (
    line_id text primary key,
    name_vi text not null,
    name_en text not null,
    mode text not null check (mode in ('metro', 'bus')),
    agency text not null,
    scope integer not null check (scope between 1 and 65535),
    unique (scope) deferrable initially deferred
  )`,
  `create table validators (
    validator_id text primary key,
    name text not null,
    enrolment_code_hash bytea unique,
    enrolment_expires_at timestamptz,
    public_key text,
    enrolled_at timestamptz,
    seen_at timestamptz,
    last_seq bigint not null default 0,
    last_hash bytea not null default decode(repeat('00', 32), 'hex')
  )`,
  `create table gates (
    gate_id text primary key,
    kind text not null check (kind in ('entry', 'exit', 'board')),
    line_id text not null references lines,
    place_id text not null references places,
    validator_id text not null references validators
  )`,
  `create index gates_validator on gates (validator_id)`,

  // card_ref is '' where nothing of the ticket was believed: the key of a partition cannot hold null.
  `create table taps (
    service_day date not null,
    card_ref text not null,
    tap_id uuid not null,
    validator_id text not null,
    seq bigint not null,
    chain_hash bytea not null,
    at timestamptz not null,
    gate_id text not null,
    outcome text not null,
    reason text,
    guard text not null,
    marks text[] not null,
    profile text,
    issuer integer,
    key_no integer,
    slot bigint,
    concession smallint,
    product integer,
    scope integer,
    received_at timestamptz not null,
    primary key (service_day, card_ref, tap_id)
  ) partition by list (service_day)`,
  `create index taps_at on taps (at desc, tap_id desc)`,
  `create index taps_gate_at on taps (gate_id, at desc, tap_id desc)`,
  `create index taps_rejected_at on taps (at desc, tap_id desc) where outcome = 'rejected'`,
  `create index taps_reason_at on taps (reason, at desc, tap_id desc) where reason is not null`,
  `create table quarantined_taps (
    validator_id text not null references validators,
    seq bigint not null,
    code text not null,
    record bytea not null,
    chain_hash bytea not null,
    received_at timestamptz not null,
    primary key (validator_id, seq)
  )`,
  `create table broken_chains (
    validator_id text not null references validators,
    first_seq bigint not null,
    previous_hash bytea not null,
    times integer not null default 1,
    first_at timestamptz not null,
    last_at timestamptz not null,
    primary key (validator_id, first_seq, previous_hash)
  )`,

  `create table pairing_queue (
    queue_id bigint primary key generated always as identity,
    service_day date not null,
    card_refs text[] not null
  )`,
  `create table trips (
    service_day date not null,
    card_ref text not null,
    trip_id uuid not null,
    revision integer not null default 1,
    issuer integer not null,
    mode text not null,
    line_id text not null,
    state text not null check (state in ('open', 'complete', 'missing_exit', 'missing_entry', 'withdrawn')),
    entry_tap_id uuid,
    entry_gate_id text,
    entry_at timestamptz,
    exit_tap_id uuid,
    exit_gate_id text,
    exit_at timestamptz,
    began_at timestamptz not null,
    primary key (service_day, card_ref, trip_id)
  ) partition by list (service_day)`,
  `create index trips_began_at on trips (began_at desc, trip_id desc)`,
  `create index trips_line on trips (line_id, began_at desc, trip_id desc)`,
  `create index trips_state on trips (state, began_at desc, trip_id desc)`,
  `create index trips_entry_gate on trips (entry_gate_id, began_at desc, trip_id desc)`,
  `create index trips_exit_gate on trips (exit_gate_id, began_at desc, trip_id desc)`,
  `create index trips_trip_id on trips (trip_id)`,

  // One row a trip: the newest revision is all that the issuer has to know.
  `create table charge_outbox (
    service_day date not null,
    card_ref text not null,
    trip_id uuid not null,
    revision integer not null,
    queued_at timestamptz not null,
    leased_until timestamptz,
    result text check (result in ('applied', 'duplicate', 'refused')),
    code text,
    answered_at timestamptz,
    primary key (service_day, card_ref, trip_id)
  )`,
  `create index charge_outbox_waiting on charge_outbox (queued_at) where result is null`,
];

const fares: Migration = {
  async up(db) {
    for (const statement of faresStatements) await sql.raw(statement).execute(db);
  },
};

const faresStatements = [
  `create table tariffs (
    tariff_id text primary key,
    name text not null,
    from_day date not null,
    to_day date,
    files bytea not null,
    terms jsonb not null,
    imported_by text not null,
    imported_at timestamptz not null,
    check (to_day >= from_day),
    exclude using gist (daterange(from_day, to_day, '[]') with &&)
  )`,
  `alter table trips
    add column concession smallint not null default 0,
    add column distance_metres integer,
    add column fare_amount bigint,
    add column fare_currency text,
    add column pricing jsonb,
    add check ((fare_amount is null) = (fare_currency is null))`,
];

const passback: Migration = {
  async up(db) {
    await sql.raw('alter table lines add column passback jsonb').execute(db);
  },
};

const gateClasses: Migration = {
  async up(db) {
    for (const statement of gateClassesStatements) await sql.raw(statement).execute(db);
  },
};

const gateClassesStatements = [
  `create table gate_classes (class_id text primary key, rules jsonb not null)`,
  `insert into gate_classes values ('standard', '{
    "policies": {"guard_local": "open", "status_old": "open", "clock_unsure": "limited", "journal_full": "open"},
    "statusOldAfterMinutes": 60,
    "limits": {"cardRides": 10, "gateRides": 2000, "cardValue": null, "gateValue": null},
    "rideValue": null
  }')`,
  `alter table gates add column gate_class text not null default 'standard' references gate_classes`,
  `alter table taps add column policy text`,
  `alter table validators add column report jsonb, add column reported_at timestamptz`,
];

export const migrations: Record<string, Migration> = {
  '2026-11-23-first': first,
  '2026-11-24-fares': fares,
  '2026-11-25-corrections': corrections,
  '2026-11-25-incidents': incidentsMigration,
  '2026-11-25-passback': passback,
  '2026-11-25-policies': gateClasses,
  '2026-11-25-validator-trust': validatorTrustMigration,
  '2026-11-25-work-of-staff': staffActionsMigration,
  '2026-11-26-passback-changes': passbackChangesMigration,
  '2026-11-26-second-tries': afterStopMigration,
};
