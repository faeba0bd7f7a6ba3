create table accounts (
  account_id bigint not null generated as identity,
  kind text not null,
  owner text not null,
  balance bigint,
  constraint accounts_check CHECK (((kind = 'wallet'::text) = (balance IS NOT NULL))),
  constraint accounts_check1 CHECK (((kind = ANY (ARRAY['wallet'::text, 'fare_revenue'::text, 'provider_clearing'::text])) = (owner <> ''::text))),
  constraint accounts_kind_check CHECK ((kind = ANY (ARRAY['wallet'::text, 'fare_revenue'::text, 'pass_revenue'::text, 'provider_clearing'::text, 'refunds'::text, 'corrections'::text]))),
  constraint accounts_pkey PRIMARY KEY (account_id),
  constraint accounts_kind_owner_key UNIQUE (kind, owner)
);
CREATE TRIGGER accounts_changed_by_entries BEFORE UPDATE ON issuer.accounts FOR EACH ROW WHEN ((pg_trigger_depth() = 0)) EXECUTE FUNCTION refuse_change();
CREATE TRIGGER accounts_kept BEFORE DELETE OR TRUNCATE ON issuer.accounts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table card_days (
  service_day date not null,
  card_id uuid not null,
  card_ref text not null,
  status_idx integer not null,
  constraint card_days_card_ref_check CHECK ((card_ref ~ '^[0-9a-f]{16}$'::text)),
  constraint card_days_status_idx_check CHECK ((status_idx >= 0)),
  constraint card_days_card_id_fkey FOREIGN KEY (card_id) REFERENCES cards(card_id),
  constraint card_days_pkey PRIMARY KEY (card_id, service_day),
  constraint card_days_service_day_card_ref_key UNIQUE (service_day, card_ref),
  constraint card_days_service_day_status_idx_key UNIQUE (service_day, status_idx)
);

create table cards (
  card_id uuid not null,
  rider_id uuid not null,
  nickname text not null,
  colour text not null,
  state text not null default 'active'::text,
  device_key bytea,
  created_at timestamp with time zone not null,
  rider_state text,
  operator_block_reason text,
  operator_blocked_at timestamp with time zone,
  concession_category text,
  concession_until date,
  constraint cards_check CHECK (((operator_block_reason IS NULL) = (rider_state IS NULL))),
  constraint cards_check1 CHECK (((operator_block_reason IS NULL) = (operator_blocked_at IS NULL))),
  constraint cards_check2 CHECK (((operator_block_reason IS NULL) OR (state = 'blocked'::text))),
  constraint cards_check3 CHECK (((concession_category IS NULL) = (concession_until IS NULL))),
  constraint cards_rider_state_check CHECK ((rider_state = ANY (ARRAY['active'::text, 'blocked'::text]))),
  constraint cards_state_check CHECK ((state = ANY (ARRAY['active'::text, 'blocked'::text]))),
  constraint cards_rider_id_fkey FOREIGN KEY (rider_id) REFERENCES riders(rider_id),
  constraint cards_pkey PRIMARY KEY (card_id)
);
CREATE INDEX cards_blocked ON issuer.cards USING btree (card_id) WHERE (state = 'blocked'::text);
CREATE INDEX cards_rider_id ON issuer.cards USING btree (rider_id);

create table concession_applications (
  application_id uuid not null,
  card_id uuid not null,
  category text not null,
  state text not null,
  picture_sealed bytea,
  asked_at timestamp with time zone not null,
  decided_at timestamp with time zone,
  decided_by text,
  reason text,
  until date,
  constraint concession_applications_check CHECK (((state = 'waiting'::text) = (picture_sealed IS NOT NULL))),
  constraint concession_applications_check1 CHECK (((state = 'waiting'::text) = (decided_at IS NULL))),
  constraint concession_applications_check2 CHECK (((state = 'approved'::text) = (until IS NOT NULL))),
  constraint concession_applications_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'approved'::text, 'refused'::text]))),
  constraint concession_applications_card_id_fkey FOREIGN KEY (card_id) REFERENCES cards(card_id),
  constraint concession_applications_pkey PRIMARY KEY (application_id)
);
CREATE INDEX concession_applications_card ON issuer.concession_applications USING btree (card_id, asked_at DESC);
CREATE UNIQUE INDEX concession_applications_waiting ON issuer.concession_applications USING btree (card_id) WHERE (state = 'waiting'::text);

create table entries (
  entry_no bigint not null,
  entry_id uuid not null default gen_random_uuid(),
  transaction_id uuid not null,
  account_id bigint not null,
  amount bigint not null,
  balance_after bigint,
  constraint entries_amount_check CHECK ((amount <> 0)),
  constraint entries_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(account_id),
  constraint entries_transaction_id_fkey FOREIGN KEY (transaction_id) REFERENCES transactions(transaction_id),
  constraint entries_pkey PRIMARY KEY (entry_no),
  constraint entries_entry_id_key UNIQUE (entry_id)
);
CREATE INDEX entries_account ON issuer.entries USING btree (account_id, entry_no);
CREATE INDEX entries_transaction_id ON issuer.entries USING btree (transaction_id);
CREATE TRIGGER entries_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON issuer.entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE CONSTRAINT TRIGGER entries_balanced AFTER INSERT ON issuer.entries DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_balanced();
CREATE TRIGGER entries_enter BEFORE INSERT ON issuer.entries FOR EACH ROW EXECUTE FUNCTION enter_amount();

create table operator_blocks (
  service_day date not null,
  card_ref text not null,
  card_id uuid not null,
  revision integer not null,
  state text not null,
  reason text not null,
  changed_at timestamp with time zone not null,
  constraint operator_blocks_state_check CHECK ((state = ANY (ARRAY['blocked'::text, 'lifted'::text]))),
  constraint operator_blocks_card_id_fkey FOREIGN KEY (card_id) REFERENCES cards(card_id),
  constraint operator_blocks_pkey PRIMARY KEY (service_day, card_ref)
);
CREATE INDEX operator_blocks_card ON issuer.operator_blocks USING btree (card_id) WHERE (state = 'blocked'::text);

create table passes (
  pass_id uuid not null,
  card_id uuid not null,
  purchase_id uuid not null,
  product_no integer not null,
  product jsonb not null,
  line_id text,
  bought_at timestamp with time zone not null,
  valid_from_day date not null,
  first_used_at timestamp with time zone,
  first_day date,
  last_day date,
  is_given_back boolean not null default false,
  ends_early_on date,
  constraint passes_check CHECK (((first_day IS NULL) = (last_day IS NULL))),
  constraint passes_card_id_fkey FOREIGN KEY (card_id) REFERENCES cards(card_id),
  constraint passes_pkey PRIMARY KEY (pass_id),
  constraint passes_card_id_purchase_id_key UNIQUE (card_id, purchase_id)
);

create table payment_notices (
  provider text not null,
  transaction_id text not null,
  reference text not null,
  amount bigint not null,
  top_up_id uuid,
  outcome text not null,
  is_late boolean not null,
  paid_at timestamp with time zone not null,
  received_at timestamp with time zone not null,
  decision text,
  decided_by text,
  decided_reason text,
  decided_at timestamp with time zone,
  assigned_top_up_id uuid,
  constraint payment_notices_amount_check CHECK ((amount >= 0)),
  constraint payment_notices_check CHECK (((top_up_id IS NULL) = (outcome = 'unknown_reference'::text))),
  constraint payment_notices_check1 CHECK (((decision IS NULL) = (decided_by IS NULL))),
  constraint payment_notices_check2 CHECK (((decision IS NULL) OR (outcome <> 'credited'::text))),
  constraint payment_notices_check3 CHECK ((COALESCE((decision = 'assigned'::text), false) = (assigned_top_up_id IS NOT NULL))),
  constraint payment_notices_decision_check CHECK ((decision = ANY (ARRAY['assigned'::text, 'sent_back'::text]))),
  constraint payment_notices_outcome_check CHECK ((outcome = ANY (ARRAY['credited'::text, 'unknown_reference'::text, 'wrong_amount'::text, 'second_payment'::text]))),
  constraint payment_notices_assigned_top_up_id_fkey FOREIGN KEY (assigned_top_up_id) REFERENCES top_ups(top_up_id),
  constraint payment_notices_top_up_id_fkey FOREIGN KEY (top_up_id) REFERENCES top_ups(top_up_id),
  constraint payment_notices_pkey PRIMARY KEY (provider, transaction_id)
);
CREATE INDEX payment_notices_unmatched ON issuer.payment_notices USING btree (received_at) WHERE ((outcome <> 'credited'::text) AND (decision IS NULL));

create table rate_limits (
  key text not null,
  points integer not null,
  expire bigint,
  constraint rate_limits_pkey PRIMARY KEY (key)
);

create table refund_decisions (
  refund_id uuid not null,
  decided_by text not null,
  decision text not null,
  reason text not null,
  at timestamp with time zone not null,
  constraint refund_decisions_decision_check CHECK ((decision = ANY (ARRAY['approve'::text, 'refuse'::text]))),
  constraint refund_decisions_refund_id_fkey FOREIGN KEY (refund_id) REFERENCES refunds(refund_id),
  constraint refund_decisions_pkey PRIMARY KEY (refund_id, decided_by)
);

create table refunds (
  refund_id uuid not null,
  rider_id uuid,
  provider text,
  transaction_id text,
  pass_id uuid,
  amount bigint not null,
  state text not null,
  asked_at timestamp with time zone not null,
  settled_at timestamp with time zone,
  tries integer not null default 0,
  next_try_at timestamp with time zone not null,
  provider_answer text,
  constraint refunds_amount_check CHECK ((amount > 0)),
  constraint refunds_check CHECK (((provider IS NULL) = (transaction_id IS NULL))),
  constraint refunds_check1 CHECK (((provider IS NULL) <> (pass_id IS NULL))),
  constraint refunds_check2 CHECK (((state = ANY (ARRAY['sent'::text, 'failed'::text, 'refused'::text])) = (settled_at IS NOT NULL))),
  constraint refunds_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'requested'::text, 'sent'::text, 'failed'::text, 'refused'::text]))),
  constraint refunds_pass_id_fkey FOREIGN KEY (pass_id) REFERENCES passes(pass_id),
  constraint refunds_provider_transaction_id_fkey FOREIGN KEY (provider, transaction_id) REFERENCES payment_notices(provider, transaction_id),
  constraint refunds_rider_id_fkey FOREIGN KEY (rider_id) REFERENCES riders(rider_id),
  constraint refunds_pkey PRIMARY KEY (refund_id)
);
CREATE INDEX refunds_due ON issuer.refunds USING btree (next_try_at) WHERE (state = 'requested'::text);
CREATE UNIQUE INDEX refunds_pass ON issuer.refunds USING btree (pass_id) WHERE (state <> ALL (ARRAY['failed'::text, 'refused'::text]));
CREATE INDEX refunds_payment ON issuer.refunds USING btree (provider, transaction_id);
CREATE INDEX refunds_rider ON issuer.refunds USING btree (rider_id, asked_at DESC);
CREATE INDEX refunds_waiting ON issuer.refunds USING btree (asked_at) WHERE (state = 'waiting'::text);

create table riders (
  rider_id uuid not null,
  phone_hash bytea not null,
  phone_sealed bytea not null,
  created_at timestamp with time zone not null,
  constraint riders_pkey PRIMARY KEY (rider_id),
  constraint riders_phone_hash_key UNIQUE (phone_hash)
);

create table sessions (
  token_hash bytea not null,
  rider_id uuid not null,
  expires_at timestamp with time zone not null,
  constraint sessions_rider_id_fkey FOREIGN KEY (rider_id) REFERENCES riders(rider_id),
  constraint sessions_pkey PRIMARY KEY (token_hash)
);
CREATE INDEX sessions_expires_at ON issuer.sessions USING btree (expires_at);

create table sign_in_codes (
  phone_hash bytea not null,
  code_hash bytea not null,
  tries_left integer not null,
  expires_at timestamp with time zone not null,
  constraint sign_in_codes_pkey PRIMARY KEY (phone_hash)
);

create table signing_keys (
  issuer integer not null,
  key_no integer not null,
  x text not null,
  private_sealed bytea not null,
  nbf bigint not null,
  exp bigint not null,
  compromised boolean not null default false,
  constraint signing_keys_check CHECK ((exp > nbf)),
  constraint signing_keys_key_no_check CHECK (((key_no >= 0) AND (key_no <= 65535))),
  constraint signing_keys_pkey PRIMARY KEY (issuer, key_no)
);

create table status_changes (
  version bigint not null,
  card_id uuid not null,
  changed_at timestamp with time zone not null default now(),
  constraint status_changes_card_id_fkey FOREIGN KEY (card_id) REFERENCES cards(card_id),
  constraint status_changes_pkey PRIMARY KEY (version)
);

create table status_version (
  version bigint not null
);

create table tariff_terms (
  is_only boolean not null default true,
  tariffs jsonb not null,
  lines jsonb not null default '[]'::jsonb,
  resettle_from date,
  constraint tariff_terms_is_only_check CHECK (is_only),
  constraint tariff_terms_pkey PRIMARY KEY (is_only)
);

create table top_ups (
  top_up_id uuid not null,
  rider_id uuid not null,
  provider text not null,
  reference text not null,
  amount bigint not null,
  qr_text text,
  pay_url text,
  paid_amount bigint not null default 0,
  is_failed boolean not null default false,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint top_ups_amount_check CHECK ((amount > 0)),
  constraint top_ups_paid_amount_check CHECK ((paid_amount >= 0)),
  constraint top_ups_provider_check CHECK ((provider = ANY (ARRAY['vietqr'::text, 'vnpay'::text]))),
  constraint top_ups_rider_id_fkey FOREIGN KEY (rider_id) REFERENCES riders(rider_id),
  constraint top_ups_pkey PRIMARY KEY (top_up_id),
  constraint top_ups_reference_key UNIQUE (reference)
);

create table transactions (
  transaction_id uuid not null,
  reference text not null,
  kind text not null,
  at timestamp with time zone not null,
  trip_id uuid,
  subject text not null,
  constraint transactions_kind_check CHECK ((kind = ANY (ARRAY['top_up'::text, 'trip'::text, 'trip_adjustment'::text, 'pass'::text, 'refund'::text, 'correction'::text, 'welcome'::text]))),
  constraint transactions_pkey PRIMARY KEY (transaction_id),
  constraint transactions_reference_key UNIQUE (reference)
);
CREATE INDEX transactions_trip_id ON issuer.transactions USING btree (trip_id) WHERE (trip_id IS NOT NULL);
CREATE TRIGGER transactions_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON issuer.transactions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE CONSTRAINT TRIGGER transactions_balanced AFTER INSERT ON issuer.transactions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_balanced();

create table trip_corrections (
  request_id uuid not null,
  rider_id uuid not null,
  card_id uuid not null,
  trip_id uuid not null,
  kind text not null,
  place_name text,
  words text not null,
  asked_at timestamp with time zone not null,
  sent_at timestamp with time zone,
  refused_code text,
  constraint trip_corrections_kind_check CHECK ((kind = ANY (ARRAY['forgot_tap'::text, 'wrong'::text]))),
  constraint trip_corrections_card_id_fkey FOREIGN KEY (card_id) REFERENCES cards(card_id),
  constraint trip_corrections_rider_id_fkey FOREIGN KEY (rider_id) REFERENCES riders(rider_id),
  constraint trip_corrections_trip_id_fkey FOREIGN KEY (trip_id) REFERENCES trips(trip_id),
  constraint trip_corrections_pkey PRIMARY KEY (request_id)
);
CREATE INDEX trip_corrections_rider ON issuer.trip_corrections USING btree (rider_id);
CREATE INDEX trip_corrections_trip ON issuer.trip_corrections USING btree (trip_id);
CREATE INDEX trip_corrections_unsent ON issuer.trip_corrections USING btree (asked_at) WHERE (sent_at IS NULL);

create table trips (
  trip_id uuid not null,
  card_id uuid not null,
  revision bigint not null,
  service_day date not null,
  at timestamp with time zone not null,
  mode text not null,
  line_name text not null,
  state text not null,
  entry jsonb,
  exit jsonb,
  fare_amount bigint,
  fare_currency text,
  line_id text not null default ''::text,
  agency text not null default ''::text,
  concession integer not null default 0,
  distance_metres integer,
  pricing jsonb,
  settled jsonb,
  settled_amount bigint,
  settled_agency text,
  postings integer not null default 0,
  corrections jsonb,
  constraint trips_check CHECK (((fare_amount IS NULL) = (fare_currency IS NULL))),
  constraint trips_check1 CHECK (((settled IS NULL) = (settled_amount IS NULL))),
  constraint trips_card_id_fkey FOREIGN KEY (card_id) REFERENCES cards(card_id),
  constraint trips_pkey PRIMARY KEY (trip_id)
);
CREATE INDEX trips_history ON issuer.trips USING btree (card_id, at DESC, trip_id DESC);

create table trust_bundles (
  version bigint not null,
  root_x text not null,
  jws text not null,
  constraint trust_bundles_pkey PRIMARY KEY (version)
);
