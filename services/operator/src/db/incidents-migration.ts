/** Frozen, as every migration: incidents, the taps they are about, the blocks they ask for. */
import { sql, type Migration } from 'kysely';

const statements = [
  `create table incidents (
    incident_id uuid primary key default gen_random_uuid(),
    class text not null check (class in ('copy', 'shared_card', 'reentry', 'clock', 'broken_chain')),
    subject text not null,
    service_day date,
    card_ref text,
    validator_id text references validators,
    happened_at timestamptz not null,
    found_at timestamptz not null,
    changed_at timestamptz not null,
    count integer not null,
    findings jsonb not null,
    consequence text not null check (consequence in ('record', 'warn', 'block')),
    state text not null default 'open' check (state in ('open', 'handled', 'withdrawn')),
    unique (class, subject)
  )`,
  `create index incidents_happened on incidents (happened_at desc, incident_id desc)`,
  `create index incidents_class on incidents (class, happened_at desc, incident_id desc)`,
  `create index incidents_open on incidents (happened_at desc, incident_id desc) where state = 'open'`,
  `create index incidents_card on incidents (service_day, card_ref)`,
  `create index incidents_validator on incidents (validator_id, happened_at desc, incident_id desc)`,
  `create table incident_events (
    event_id bigint primary key generated always as identity,
    incident_id uuid not null references incidents,
    at timestamptz not null,
    kind text not null,
    by text,
    note text
  )`,
  `create index incident_events_incident on incident_events (incident_id, event_id)`,
  // Also answers for a tap in a list whether it is in conflict.
  `create table incident_taps (
    service_day date not null,
    card_ref text not null,
    tap_id uuid not null,
    incident_id uuid not null references incidents,
    counts boolean not null,
    primary key (service_day, card_ref, tap_id, incident_id)
  )`,
  `create index incident_taps_incident on incident_taps (incident_id)`,
  // One row a card and day: the newest revision is all that the issuer has to know.
  `create table card_blocks (
    service_day date not null,
    card_ref text not null,
    issuer integer not null,
    incident_id uuid not null references incidents,
    revision integer not null default 1,
    state text not null check (state in ('blocked', 'lifted')),
    reason text not null,
    queued_at timestamptz not null,
    leased_until timestamptz,
    result text check (result in ('applied', 'duplicate', 'refused')),
    code text,
    answered_at timestamptz,
    primary key (service_day, card_ref)
  )`,
  `create index card_blocks_waiting on card_blocks (queued_at) where result is null`,
  `create index card_blocks_incident on card_blocks (incident_id)`,
  // A validator skipped the records from last_seq + 1 to this one, and has not sent them since.
  `alter table validators
    add column gap_to_seq bigint,
    add column last_tap_at timestamptz,
    add column last_received_at timestamptz`,
];

export const incidentsMigration: Migration = {
  async up(db) {
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
