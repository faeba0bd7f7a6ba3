/** Migrations of what money in the issuer learned after its first release. */
import type { Migration } from 'kysely';
import { statements } from './statements.ts';

export const refundsMigration: Migration = {
  up: statements(
    // Of a payment, which goes back by its provider, or of a pass, which goes into the wallet. Without a rider: a
    // payment that never reached a wallet.
    `create table refunds (
      refund_id uuid primary key,
      rider_id uuid references riders,
      provider text,
      transaction_id text,
      pass_id uuid references passes,
      amount bigint not null check (amount > 0),
      state text not null check (state in ('waiting', 'requested', 'sent', 'failed', 'refused')),
      asked_at timestamptz not null,
      settled_at timestamptz,
      tries integer not null default 0,
      next_try_at timestamptz not null,
      provider_answer text,
      foreign key (provider, transaction_id) references payment_notices,
      check ((provider is null) = (transaction_id is null)),
      check ((provider is null) <> (pass_id is null)),
      check ((state in ('sent', 'failed', 'refused')) = (settled_at is not null))
    )`,
    `create index refunds_rider on refunds (rider_id, asked_at desc)`,
    `create index refunds_payment on refunds (provider, transaction_id)`,
    `create index refunds_waiting on refunds (asked_at) where state = 'waiting'`,
    `create index refunds_due on refunds (next_try_at) where state = 'requested'`,
    // A pass is given back once.
    `create unique index refunds_pass on refunds (pass_id) where state not in ('failed', 'refused')`,
    `create table refund_decisions (
      refund_id uuid not null references refunds,
      decided_by text not null,
      decision text not null check (decision in ('approve', 'refuse')),
      reason text not null,
      at timestamptz not null,
      primary key (refund_id, decided_by)
    )`,
    // Given back whole, a pass covers nothing; else it covers nothing after a day before its own last.
    `alter table passes
      add column is_given_back boolean not null default false,
      add column ends_early_on date`,
  ),
};

export const unmatchedPaymentsMigration: Migration = {
  up: statements(
    `alter table payment_notices
      add column decision text check (decision in ('assigned', 'sent_back')),
      add column decided_by text,
      add column decided_reason text,
      add column decided_at timestamptz,
      add column assigned_top_up_id uuid references top_ups,
      add check ((decision is null) = (decided_by is null)),
      add check (decision is null or outcome <> 'credited'),
      add check (coalesce(decision = 'assigned', false) = (assigned_top_up_id is not null))`,
    `drop index payment_notices_unmatched`,
    `create index payment_notices_unmatched on payment_notices (received_at)
      where outcome <> 'credited' and decision is null`,
  ),
};

export const welcomeMigration: Migration = {
  up: statements(
    `alter table transactions drop constraint transactions_kind_check`,
    `alter table transactions add constraint transactions_kind_check check (kind in
      ('top_up', 'trip', 'trip_adjustment', 'pass', 'refund', 'correction', 'welcome'))`,
  ),
};

export const linesMigration: Migration = {
  up: statements(
    // The operator's lines; and the first service day whose trips a change of the terms touches, until they are
    // settled again.
    `alter table tariff_terms
      add column lines jsonb not null default '[]',
      add column resettle_from date`,
  ),
};

export const concessionsMigration: Migration = {
  up: statements(
    // The picture is deleted with the decision.
    `create table concession_applications (
      application_id uuid primary key,
      card_id uuid not null references cards,
      category text not null,
      state text not null check (state in ('waiting', 'approved', 'refused')),
      picture_sealed bytea,
      asked_at timestamptz not null,
      decided_at timestamptz,
      decided_by text,
      reason text,
      until date,
      check ((state = 'waiting') = (picture_sealed is not null)),
      check ((state = 'waiting') = (decided_at is null)),
      check ((state = 'approved') = (until is not null))
    )`,
    `create unique index concession_applications_waiting on concession_applications (card_id)
      where state = 'waiting'`,
    `create index concession_applications_card on concession_applications (card_id, asked_at desc)`,
    `alter table cards
      add column concession_category text,
      add column concession_until date,
      add check ((concession_category is null) = (concession_until is null))`,
  ),
};
