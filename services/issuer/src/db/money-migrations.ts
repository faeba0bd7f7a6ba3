/** Migrations of what money in the issuer learned after its first release: refunds. */
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
