create table broken_chains (
  validator_id text not null,
  first_seq bigint not null,
  previous_hash bytea not null,
  times integer not null default 1,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  constraint broken_chains_validator_id_fkey FOREIGN KEY (validator_id) REFERENCES validators(validator_id),
  constraint broken_chains_pkey PRIMARY KEY (validator_id, first_seq, previous_hash)
);

create table card_blocks (
  service_day date not null,
  card_ref text not null,
  issuer integer not null,
  incident_id uuid not null,
  revision integer not null default 1,
  state text not null,
  reason text not null,
  queued_at timestamp with time zone not null,
  leased_until timestamp with time zone,
  result text,
  code text,
  answered_at timestamp with time zone,
  constraint card_blocks_result_check CHECK ((result = ANY (ARRAY['applied'::text, 'duplicate'::text, 'refused'::text]))),
  constraint card_blocks_state_check CHECK ((state = ANY (ARRAY['blocked'::text, 'lifted'::text]))),
  constraint card_blocks_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES incidents(incident_id),
  constraint card_blocks_pkey PRIMARY KEY (service_day, card_ref)
);
CREATE INDEX card_blocks_incident ON operator.card_blocks USING btree (incident_id);
CREATE INDEX card_blocks_waiting ON operator.card_blocks USING btree (queued_at) WHERE (result IS NULL);

create table charge_outbox (
  service_day date not null,
  card_ref text not null,
  trip_id uuid not null,
  revision integer not null,
  queued_at timestamp with time zone not null,
  leased_until timestamp with time zone,
  result text,
  code text,
  answered_at timestamp with time zone,
  constraint charge_outbox_result_check CHECK ((result = ANY (ARRAY['applied'::text, 'duplicate'::text, 'refused'::text]))),
  constraint charge_outbox_pkey PRIMARY KEY (service_day, card_ref, trip_id)
);
CREATE INDEX charge_outbox_waiting ON operator.charge_outbox USING btree (queued_at) WHERE (result IS NULL);

create table correction_requests (
  request_id uuid not null,
  service_day date not null,
  card_ref text not null,
  trip_id uuid not null,
  kind text not null,
  place_name text,
  words text not null,
  asked_at timestamp with time zone not null,
  received_at timestamp with time zone not null,
  answered_at timestamp with time zone,
  constraint correction_requests_kind_check CHECK ((kind = ANY (ARRAY['forgot_tap'::text, 'wrong'::text]))),
  constraint correction_requests_pkey PRIMARY KEY (request_id)
);
CREATE INDEX correction_requests_answered ON operator.correction_requests USING btree (answered_at DESC, request_id DESC) WHERE (answered_at IS NOT NULL);
CREATE INDEX correction_requests_open ON operator.correction_requests USING btree (asked_at, request_id) WHERE (answered_at IS NULL);
CREATE INDEX correction_requests_trip ON operator.correction_requests USING btree (trip_id);

create table gate_classes (
  class_id text not null,
  rules jsonb not null,
  constraint gate_classes_pkey PRIMARY KEY (class_id)
);

create table gates (
  gate_id text not null,
  kind text not null,
  line_id text not null,
  place_id text not null,
  validator_id text not null,
  gate_class text not null default 'standard'::text,
  challenge boolean not null default false,
  constraint gates_kind_check CHECK ((kind = ANY (ARRAY['entry'::text, 'exit'::text, 'board'::text, 'alight'::text]))),
  constraint gates_gate_class_fkey FOREIGN KEY (gate_class) REFERENCES gate_classes(class_id),
  constraint gates_line_id_fkey FOREIGN KEY (line_id) REFERENCES lines(line_id),
  constraint gates_place_id_fkey FOREIGN KEY (place_id) REFERENCES places(place_id),
  constraint gates_validator_id_fkey FOREIGN KEY (validator_id) REFERENCES validators(validator_id),
  constraint gates_pkey PRIMARY KEY (gate_id)
);
CREATE INDEX gates_line ON operator.gates USING btree (line_id);
CREATE INDEX gates_validator ON operator.gates USING btree (validator_id);

create table incident_events (
  event_id bigint not null generated as identity,
  incident_id uuid not null,
  at timestamp with time zone not null,
  kind text not null,
  by text,
  note text,
  constraint incident_events_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES incidents(incident_id),
  constraint incident_events_pkey PRIMARY KEY (event_id)
);
CREATE INDEX incident_events_incident ON operator.incident_events USING btree (incident_id, event_id);

create table incident_taps (
  service_day date not null,
  card_ref text not null,
  tap_id uuid not null,
  incident_id uuid not null,
  counts boolean not null,
  constraint incident_taps_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES incidents(incident_id),
  constraint incident_taps_pkey PRIMARY KEY (service_day, card_ref, tap_id, incident_id)
);
CREATE INDEX incident_taps_incident ON operator.incident_taps USING btree (incident_id);

create table incidents (
  incident_id uuid not null default gen_random_uuid(),
  class text not null,
  subject text not null,
  service_day date,
  card_ref text,
  validator_id text,
  happened_at timestamp with time zone not null,
  found_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  count integer not null,
  findings jsonb not null,
  consequence text not null,
  state text not null default 'open'::text,
  constraint incidents_class_check CHECK ((class = ANY (ARRAY['copy'::text, 'shared_card'::text, 'reentry'::text, 'clock'::text, 'broken_chain'::text]))),
  constraint incidents_consequence_check CHECK ((consequence = ANY (ARRAY['record'::text, 'warn'::text, 'block'::text]))),
  constraint incidents_state_check CHECK ((state = ANY (ARRAY['open'::text, 'handled'::text, 'withdrawn'::text]))),
  constraint incidents_validator_id_fkey FOREIGN KEY (validator_id) REFERENCES validators(validator_id),
  constraint incidents_pkey PRIMARY KEY (incident_id),
  constraint incidents_class_subject_key UNIQUE (class, subject)
);
CREATE INDEX incidents_card ON operator.incidents USING btree (service_day, card_ref);
CREATE INDEX incidents_class ON operator.incidents USING btree (class, happened_at DESC, incident_id DESC);
CREATE INDEX incidents_happened ON operator.incidents USING btree (happened_at DESC, incident_id DESC);
CREATE INDEX incidents_open ON operator.incidents USING btree (happened_at DESC, incident_id DESC) WHERE (state = 'open'::text);
CREATE INDEX incidents_validator ON operator.incidents USING btree (validator_id, happened_at DESC, incident_id DESC);

create table lines (
  line_id text not null,
  name_vi text not null,
  name_en text not null,
  mode text not null,
  agency text not null,
  scope integer not null,
  tap_policy text not null default 'tap_on'::text,
  passback jsonb,
  constraint lines_mode_check CHECK ((mode = ANY (ARRAY['metro'::text, 'bus'::text]))),
  constraint lines_scope_check CHECK (((scope >= 1) AND (scope <= 65535))),
  constraint lines_tap_policy_check CHECK ((tap_policy = ANY (ARRAY['tap_on'::text, 'tap_on_off'::text]))),
  constraint lines_pkey PRIMARY KEY (line_id),
  constraint lines_scope_key UNIQUE (scope) DEFERRABLE INITIALLY DEFERRED
);

create table pairing_queue (
  queue_id bigint not null generated as identity,
  service_day date not null,
  card_refs text[] not null,
  constraint pairing_queue_pkey PRIMARY KEY (queue_id)
);

create table passback_changes (
  change_no bigint not null generated as identity,
  line_id text not null,
  passback jsonb not null,
  changed_by text not null,
  changed_at timestamp with time zone not null,
  constraint passback_changes_line_id_fkey FOREIGN KEY (line_id) REFERENCES lines(line_id),
  constraint passback_changes_pkey PRIMARY KEY (change_no)
);
CREATE INDEX passback_changes_line ON operator.passback_changes USING btree (line_id, change_no DESC);
CREATE TRIGGER passback_changes_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON operator.passback_changes FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table places (
  place_id text not null,
  name_vi text not null,
  name_en text not null,
  latitude double precision not null,
  longitude double precision not null,
  constraint places_pkey PRIMARY KEY (place_id)
);

create table quarantined_taps (
  validator_id text not null,
  seq bigint not null,
  code text not null,
  record bytea not null,
  chain_hash bytea not null,
  received_at timestamp with time zone not null,
  constraint quarantined_taps_validator_id_fkey FOREIGN KEY (validator_id) REFERENCES validators(validator_id),
  constraint quarantined_taps_pkey PRIMARY KEY (validator_id, seq)
);

create table rate_limits (
  key text not null,
  points integer not null default 0,
  expire bigint,
  constraint rate_limits_pkey PRIMARY KEY (key)
);

create table sessions (
  token_hash bytea not null,
  staff_id uuid not null,
  expires_at timestamp with time zone not null,
  constraint sessions_staff_id_fkey FOREIGN KEY (staff_id) REFERENCES staff(staff_id) ON DELETE CASCADE,
  constraint sessions_pkey PRIMARY KEY (token_hash)
);
CREATE INDEX sessions_expires_at ON operator.sessions USING btree (expires_at);
CREATE INDEX sessions_staff ON operator.sessions USING btree (staff_id);

create table staff (
  staff_id uuid not null default gen_random_uuid(),
  email text not null,
  name text not null,
  password_hash text not null,
  created_at timestamp with time zone not null default now(),
  disabled_at timestamp with time zone,
  constraint staff_email_check CHECK ((email = lower(email))),
  constraint staff_pkey PRIMARY KEY (staff_id),
  constraint staff_email_key UNIQUE (email)
);

create table staff_actions (
  action_id uuid not null default gen_random_uuid(),
  staff text not null,
  action text not null,
  subject text not null,
  reason text not null,
  at timestamp with time zone not null,
  outcome text,
  constraint staff_actions_pkey PRIMARY KEY (action_id)
);
CREATE INDEX staff_actions_at ON operator.staff_actions USING btree (at DESC);
CREATE INDEX staff_actions_subject ON operator.staff_actions USING btree (subject);

create table taps (
  service_day date not null,
  card_ref text not null,
  tap_id uuid not null,
  validator_id text not null,
  seq bigint not null,
  chain_hash bytea not null,
  at timestamp with time zone not null,
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
  received_at timestamp with time zone not null,
  policy text,
  continues uuid,
  constraint taps_pkey PRIMARY KEY (service_day, card_ref, tap_id)
) partition by LIST (service_day);
CREATE INDEX taps_at ON ONLY operator.taps USING btree (at DESC, tap_id DESC);
CREATE INDEX taps_gate_at ON ONLY operator.taps USING btree (gate_id, at DESC, tap_id DESC);
CREATE INDEX taps_reason_at ON ONLY operator.taps USING btree (reason, at DESC, tap_id DESC) WHERE (reason IS NOT NULL);
CREATE INDEX taps_rejected_at ON ONLY operator.taps USING btree (at DESC, tap_id DESC) WHERE (outcome = 'rejected'::text);

create table tariffs (
  tariff_id text not null,
  name text not null,
  from_day date not null,
  to_day date,
  files bytea not null,
  terms jsonb not null,
  imported_by text not null,
  imported_at timestamp with time zone not null,
  constraint tariffs_check CHECK ((to_day >= from_day)),
  constraint tariffs_pkey PRIMARY KEY (tariff_id),
  constraint tariffs_daterange_excl EXCLUDE USING gist (daterange(from_day, to_day, '[]'::text) WITH &&)
);

create table trip_decisions (
  decision_no bigint not null generated as identity,
  decision_id uuid not null,
  service_day date not null,
  card_ref text not null,
  trip_id uuid not null,
  request_id uuid,
  kind text not null,
  place_id text,
  reason text not null,
  decided_by text not null,
  decided_at timestamp with time zone not null,
  constraint trip_decisions_check CHECK (((kind = 'complete'::text) = (place_id IS NOT NULL))),
  constraint trip_decisions_check1 CHECK (((kind <> 'refuse'::text) OR (request_id IS NOT NULL))),
  constraint trip_decisions_kind_check CHECK ((kind = ANY (ARRAY['complete'::text, 'waive'::text, 'refuse'::text, 'as_tapped'::text]))),
  constraint trip_decisions_place_id_fkey FOREIGN KEY (place_id) REFERENCES places(place_id),
  constraint trip_decisions_request_id_fkey FOREIGN KEY (request_id) REFERENCES correction_requests(request_id),
  constraint trip_decisions_pkey PRIMARY KEY (decision_no),
  constraint trip_decisions_decision_id_key UNIQUE (decision_id),
  constraint trip_decisions_request_id_key UNIQUE (request_id)
);
CREATE INDEX trip_decisions_card ON operator.trip_decisions USING btree (service_day, card_ref);
CREATE TRIGGER trip_decisions_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON operator.trip_decisions FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

create table trips (
  service_day date not null,
  card_ref text not null,
  trip_id uuid not null,
  revision integer not null default 1,
  issuer integer not null,
  mode text not null,
  line_id text not null,
  state text not null,
  entry_tap_id uuid,
  entry_gate_id text,
  entry_at timestamp with time zone,
  exit_tap_id uuid,
  exit_gate_id text,
  exit_at timestamp with time zone,
  began_at timestamp with time zone not null,
  concession smallint not null default 0,
  distance_metres integer,
  fare_amount bigint,
  fare_currency text,
  pricing jsonb,
  entry_place_id text,
  exit_place_id text,
  inferred_from_tap_id uuid,
  corrections jsonb,
  constraint trips_check CHECK (((fare_amount IS NULL) = (fare_currency IS NULL))),
  constraint trips_state_check CHECK ((state = ANY (ARRAY['open'::text, 'complete'::text, 'missing_exit'::text, 'missing_entry'::text, 'withdrawn'::text]))),
  constraint trips_pkey PRIMARY KEY (service_day, card_ref, trip_id)
) partition by LIST (service_day);
CREATE INDEX trips_began_at ON ONLY operator.trips USING btree (began_at DESC, trip_id DESC);
CREATE INDEX trips_entry_gate ON ONLY operator.trips USING btree (entry_gate_id, began_at DESC, trip_id DESC);
CREATE INDEX trips_exit_gate ON ONLY operator.trips USING btree (exit_gate_id, began_at DESC, trip_id DESC);
CREATE INDEX trips_line ON ONLY operator.trips USING btree (line_id, began_at DESC, trip_id DESC);
CREATE INDEX trips_state ON ONLY operator.trips USING btree (state, began_at DESC, trip_id DESC);
CREATE INDEX trips_trip_id ON ONLY operator.trips USING btree (trip_id);

create table validators (
  validator_id text not null,
  name text not null,
  enrolment_code_hash bytea,
  enrolment_expires_at timestamp with time zone,
  public_key text,
  enrolled_at timestamp with time zone,
  seen_at timestamp with time zone,
  last_seq bigint not null default 0,
  last_hash bytea not null default decode(repeat('00'::text, 32), 'hex'::text),
  gap_to_seq bigint,
  last_tap_at timestamp with time zone,
  last_received_at timestamp with time zone,
  report jsonb,
  reported_at timestamp with time zone,
  revoked_at timestamp with time zone,
  revoked_by text,
  revocation_reason text,
  configuration_version bigint not null default 0,
  configuration_hash bytea,
  constraint validators_check CHECK ((((revoked_at IS NULL) = (revoked_by IS NULL)) AND ((revoked_at IS NULL) = (revocation_reason IS NULL)))),
  constraint validators_pkey PRIMARY KEY (validator_id),
  constraint validators_enrolment_code_hash_key UNIQUE (enrolment_code_hash)
);
