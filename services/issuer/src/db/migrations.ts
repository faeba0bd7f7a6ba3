/** The issuer's migrations in order. Each is frozen once released: it imports nothing of the application. */
import type { Migration } from 'kysely';
import { corrections } from './corrections-migration.ts';
import {
  concessionsMigration,
  linesMigration,
  refundsMigration,
  unmatchedPaymentsMigration,
  welcomeMigration,
} from './money-migrations.ts';
import { statements } from './statements.ts';

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
  '2026-11-24-1-ledger': {
    up: statements(
      // `owner`: the rider of a wallet, the agency or the provider, else empty. No foreign key: the books
      // outlive the rider. `balance` is kept for wallets, whose rows are locked anyway; of accounts that
      // everybody's transactions share it would be a queue, so theirs is the sum of their entries.
      `create table accounts (
        account_id bigint generated always as identity primary key,
        kind text not null check (kind in
          ('wallet', 'fare_revenue', 'pass_revenue', 'provider_clearing', 'refunds', 'corrections')),
        owner text not null,
        balance bigint,
        unique (kind, owner),
        check ((kind = 'wallet') = (balance is not null)),
        check ((kind in ('wallet', 'fare_revenue', 'provider_clearing')) = (owner <> ''))
      )`,
      `create table transactions (
        transaction_id uuid primary key,
        reference text not null unique,
        kind text not null check (kind in
          ('top_up', 'trip', 'trip_adjustment', 'pass', 'refund', 'correction')),
        at timestamptz not null,
        trip_id uuid,
        subject text not null
      )`,
      `create index transactions_trip_id on transactions (trip_id) where trip_id is not null`,
      `create sequence entry_no`,
      // Whole dong; positive amounts credit the account. `balance_after` is told of wallets only.
      `create table entries (
        entry_no bigint primary key,
        entry_id uuid not null unique default gen_random_uuid(),
        transaction_id uuid not null references transactions,
        account_id bigint not null references accounts,
        amount bigint not null check (amount <> 0),
        balance_after bigint
      )`,
      `create index entries_account on entries (account_id, entry_no)`,
      `create index entries_transaction_id on entries (transaction_id)`,
      // The number is drawn while the wallet's row is held, so that numbers follow balances.
      `create function enter_amount() returns trigger language plpgsql as $$
      begin
        update accounts set balance = balance + new.amount
          where account_id = new.account_id and balance is not null
          returning balance into new.balance_after;
        new.entry_no := nextval('entry_no');
        return new;
      end $$`,
      `create trigger entries_enter before insert on entries for each row execute function enter_amount()`,
      `create function refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception '% is append-only: correct by another transaction', tg_table_name
          using errcode = 'integrity_constraint_violation';
      end $$`,
      `create trigger entries_append_only before update or delete or truncate on entries
        for each statement execute function refuse_change()`,
      `create trigger transactions_append_only before update or delete or truncate on transactions
        for each statement execute function refuse_change()`,
      `create trigger accounts_kept before delete or truncate on accounts
        for each statement execute function refuse_change()`,
      // Only enter_amount, itself a trigger, changes a balance.
      `create trigger accounts_changed_by_entries before update on accounts
        for each row when (pg_trigger_depth() = 0) execute function refuse_change()`,
      `create function check_balanced() returns trigger language plpgsql as $$
      begin
        if (select count(*) < 2 or sum(amount) <> 0 from entries where transaction_id = new.transaction_id) then
          raise exception 'transaction % does not balance', new.transaction_id
            using errcode = 'integrity_constraint_violation';
        end if;
        return null;
      end $$`,
      `create constraint trigger transactions_balanced after insert on transactions
        deferrable initially deferred for each row execute function check_balanced()`,
      `create constraint trigger entries_balanced after insert on entries
        deferrable initially deferred for each row execute function check_balanced()`,
    ),
  },
  '2026-11-24-top-ups': {
    up: statements(
      // Paid is what has a paid amount; expired is what is neither paid nor failed when its time is over.
      `create table top_ups (
        top_up_id uuid primary key,
        rider_id uuid not null references riders,
        provider text not null check (provider in ('vietqr', 'vnpay')),
        reference text not null unique,
        amount bigint not null check (amount > 0),
        qr_text text,
        pay_url text,
        paid_amount bigint not null default 0 check (paid_amount >= 0),
        is_failed boolean not null default false,
        created_at timestamptz not null,
        expires_at timestamptz not null
      )`,
      // Every payment a provider told of, once; those without a top-up, or not credited to it, are for staff.
      `create table payment_notices (
        provider text not null,
        transaction_id text not null,
        reference text not null,
        amount bigint not null check (amount >= 0),
        top_up_id uuid references top_ups,
        outcome text not null check (outcome in
          ('credited', 'unknown_reference', 'wrong_amount', 'second_payment')),
        is_late boolean not null,
        paid_at timestamptz not null,
        received_at timestamptz not null,
        primary key (provider, transaction_id),
        check ((top_up_id is null) = (outcome = 'unknown_reference'))
      )`,
      `create index payment_notices_unmatched on payment_notices (received_at) where outcome <> 'credited'`,
    ),
  },
  '2026-11-24-trips-settled': {
    up: statements(
      // What the operator asks stays in fare_amount; what the rider pays is in settled_amount, and the ledger holds
      // it, towards settled_agency, in so many postings.
      `alter table trips
        add column line_id text not null default '',
        add column agency text not null default '',
        add column concession integer not null default 0,
        add column distance_metres integer,
        add column pricing jsonb,
        add column settled jsonb,
        add column settled_amount bigint,
        add column settled_agency text,
        add column postings integer not null default 0,
        add check ((settled is null) = (settled_amount is null))`,
      `create table passes (
        pass_id uuid primary key,
        card_id uuid not null references cards,
        purchase_id uuid not null,
        product_no integer not null,
        product jsonb not null,
        line_id text,
        bought_at timestamptz not null,
        valid_from_day date not null,
        first_used_at timestamptz,
        first_day date,
        last_day date,
        unique (card_id, purchase_id),
        check ((first_day is null) = (last_day is null))
      )`,
      // One row: the operator's terms as they were last fetched.
      `create table tariff_terms (
        is_only boolean primary key default true check (is_only),
        tariffs jsonb not null
      )`,
    ),
  },
  '2026-11-25-corrections': { up: statements(...corrections) },
  '2026-11-25-operator-blocks': {
    up: statements(
      // By the pseudonym of a day, which is all that an operator knows.
      `create table operator_blocks (
        service_day date not null,
        card_ref text not null,
        card_id uuid not null references cards,
        revision integer not null,
        state text not null check (state in ('blocked', 'lifted')),
        reason text not null,
        changed_at timestamptz not null,
        primary key (service_day, card_ref)
      )`,
      `create index operator_blocks_card on operator_blocks (card_id) where state = 'blocked'`,
      // While an operator's block stands, rider_state keeps what the rider wants, for when it is lifted.
      `alter table cards
        add column rider_state text check (rider_state in ('active', 'blocked')),
        add column operator_block_reason text,
        add column operator_blocked_at timestamptz,
        add check ((operator_block_reason is null) = (rider_state is null)),
        add check ((operator_block_reason is null) = (operator_blocked_at is null)),
        add check (operator_block_reason is null or state = 'blocked')`,
    ),
  },
  '2026-11-25-status-changes': {
    up: statements(
      // Which card each version of the status lists was about, for as long as deltas may begin before it.
      `create table status_changes (
        version bigint primary key,
        card_id uuid not null references cards,
        changed_at timestamptz not null default now()
      )`,
    ),
  },
  '2026-11-25-top-up-refunds': refundsMigration,
  '2026-11-25-travel-concessions': concessionsMigration,
  '2026-11-25-unmatched-payments': unmatchedPaymentsMigration,
  '2026-11-25-welcome': welcomeMigration,
  '2026-11-25-welcome-lines': linesMigration,
};
