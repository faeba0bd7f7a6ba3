/** The issuer's migrations in order. Each is frozen once released: it imports nothing of the application. */
import { sql, type Kysely, type Migration } from 'kysely';

const statements =
  (...texts: string[]) =>
  async (db: Kysely<unknown>): Promise<void> => {
    for (const text of texts) await sql.raw(text).execute(db);
  };

export const migrations: Record<string, Migration> = {
  '2026-11-23-riders-cards-keys-trips': {
    up: statements(
      `create table riders (
        rider_id uuid primary key,
        phone_hash bytea not null unique,
        phone_sealed bytea not null,
        created_at timestamptz not null
      )`,
      `create table sign_in_codes (
        phone_hash bytea primary key,
        code_hash bytea not null,
        tries_left integer not null,
        expires_at timestamptz not null
      )`,
      `create table sessions (
        token_hash bytea primary key,
        rider_id uuid not null references riders,
        expires_at timestamptz not null
      )`,
      `create index sessions_expires_at on sessions (expires_at)`,
      // The shape that the runtime's rate limiter expects.
      `create table rate_limits (
        key text primary key,
        points integer not null,
        expire bigint
      )`,
      `create table cards (
        card_id uuid primary key,
        rider_id uuid not null references riders,
        nickname text not null,
        colour text not null,
        state text not null default 'active' check (state in ('active', 'blocked')),
        device_key bytea,
        created_at timestamptz not null
      )`,
      `create index cards_rider_id on cards (rider_id)`,
      `create index cards_blocked on cards (card_id) where state = 'blocked'`,
      `create table card_days (
        service_day date not null,
        card_id uuid not null references cards,
        card_ref text not null check (card_ref ~ '^[0-9a-f]{16}$'),
        status_idx integer not null check (status_idx >= 0),
        primary key (card_id, service_day),
        unique (service_day, card_ref),
        unique (service_day, status_idx)
      )`,
      // One row; every block and unblock adds one, in its own transaction.
      `create table status_version (
        version bigint not null
      )`,
      `insert into status_version values (1)`,
      `create table signing_keys (
        issuer integer not null,
        key_no integer not null check (key_no between 0 and 65535),
        x text not null,
        private_sealed bytea not null,
        nbf bigint not null,
        exp bigint not null check (exp > nbf),
        compromised boolean not null default false,
        primary key (issuer, key_no)
      )`,
      `create table trust_bundles (
        version bigint primary key,
        root_x text not null,
        jws text not null
      )`,
      `create table trips (
        trip_id uuid primary key,
        card_id uuid not null references cards,
        revision bigint not null,
        service_day date not null,
        at timestamptz not null,
        mode text not null,
        line_name text not null,
        state text not null,
        entry jsonb,
        exit jsonb,
        fare_amount bigint,
        fare_currency text,
        check ((fare_amount is null) = (fare_currency is null))
      )`,
      `create index trips_history on trips (card_id, at desc, trip_id desc)`,
    ),
  },
};
