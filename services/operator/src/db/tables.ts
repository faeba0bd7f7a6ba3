/** The operator's tables as kysely sees them; ../../schema.sql is the whole truth. */
import type { ColumnType, Generated, Kysely, Transaction } from 'kysely';
import type {
  CardBlock,
  ConflictClass,
  Consequence,
  CorrectionRequest,
  DecisionKind,
  Finding,
  IncidentEventKind,
  OperatorTap,
  OperatorTrip,
  Pricing,
  TripCorrection,
  ValidatorReport,
} from '@vedong/contracts';
import type { GateClass, GateKind, Mode, PassbackRule, TapPolicy } from '@vedong/travel';

export interface OperatorTables {
  staff_actions: {
    action_id: Generated<string>;
    /** The account's e-mail. */
    staff: string;
    action: string;
    subject: string;
    reason: string;
    at: Date;
    /** `done`, or the code of why not; null where the service ended before the answer came. */
    outcome: string | null;
  };
  staff: {
    staff_id: Generated<string>;
    email: string;
    name: string;
    password_hash: string;
    created_at: Generated<Date>;
    disabled_at: Date | null;
  };
  sessions: {
    token_hash: Buffer;
    staff_id: string;
    expires_at: Date;
  };
  places: {
    place_id: string;
    name_vi: string;
    name_en: string;
    latitude: number;
    longitude: number;
  };
  lines: {
    line_id: string;
    name_vi: string;
    name_en: string;
    mode: Mode;
    agency: string;
    scope: number;
    passback: PassbackRule | null;
    tap_policy: Generated<TapPolicy>;
  };
  /** Append-only. */
  passback_changes: {
    change_no: Generated<number>;
    line_id: string;
    passback: PassbackRule;
    changed_by: string;
    changed_at: Date;
  };
  validators: {
    validator_id: string;
    name: string;
    enrolment_code_hash: Buffer | null;
    enrolment_expires_at: Date | null;
    /** Ed25519, the `x` of its JWK; null until enrolled. */
    public_key: string | null;
    enrolled_at: Date | null;
    seen_at: Date | null;
    /** The last journal record kept, and the chain hash after it. */
    last_seq: Generated<number>;
    last_hash: Generated<Buffer>;
    /** It skipped the records up to this one; null where none is missing. */
    gap_to_seq: number | null;
    /** When the newest tap kept was read at its gate, and when it came. */
    last_tap_at: Date | null;
    last_received_at: Date | null;
    /** What it last said of itself. */
    report: ColumnType<ValidatorReport | null, string | null, string>;
    reported_at: Date | null;
    revoked_at: Date | null;
    revoked_by: string | null;
    revocation_reason: string | null;
    /** What it was last told, as a number that only rises and a SHA-256. */
    configuration_version: Generated<number>;
    configuration_hash: Buffer | null;
  };
  gate_classes: {
    class_id: string;
    rules: Omit<GateClass, 'classId'>;
  };
  gates: {
    gate_id: string;
    kind: GateKind;
    line_id: string;
    place_id: string;
    validator_id: string;
    gate_class: Generated<string>;
    challenge: Generated<boolean>;
  };
  taps: {
    service_day: string;
    /** Empty where nothing of the ticket was believed. */
    card_ref: string;
    tap_id: string;
    validator_id: string;
    seq: number;
    /** The journal's chain hash after this record. */
    chain_hash: Buffer;
    at: Date;
    gate_id: string;
    outcome: OperatorTap['outcome'];
    reason: OperatorTap['reason'];
    guard: OperatorTap['guard'];
    marks: string[];
    policy: string | null;
    /** The tap that this one stands for. */
    continues: string | null;
    issuer: number | null;
    slot: number | null;
    received_at: Date;
  };
  quarantined_taps: {
    validator_id: string;
    seq: number;
    code: string;
    /** The record's UTF-8 bytes, which need not be text that PostgreSQL can hold. */
    record: Buffer;
    chain_hash: Buffer;
    received_at: Date;
  };
  trips: {
    service_day: string;
    card_ref: string;
    trip_id: string;
    revision: Generated<number>;
    issuer: number;
    mode: Mode;
    line_id: string;
    state: OperatorTrip['state'] | 'withdrawn';
    entry_tap_id: string | null;
    entry_gate_id: string | null;
    entry_at: Date | null;
    exit_tap_id: string | null;
    exit_gate_id: string | null;
    exit_at: Date | null;
    /** Of an end at which nobody tapped; null: where its gate stands. */
    entry_place_id: string | null;
    exit_place_id: string | null;
    /** The tap that makes the place of the exit plain. */
    inferred_from_tap_id: string | null;
    /** What staff decided, as the rider is told; null: nothing. */
    corrections: TripCorrection[] | null;
    /** Of the entry, or of the exit where there is no entry: orders the lists. */
    began_at: Date;
    concession: Generated<number>;
    distance_metres: number | null;
    fare_amount: number | null;
    fare_currency: string | null;
    pricing: Pricing | null;
  };
  correction_requests: {
    request_id: string;
    service_day: string;
    card_ref: string;
    trip_id: string;
    kind: CorrectionRequest['kind'];
    place_name: string | null;
    words: string;
    asked_at: Date;
    received_at: Date;
    answered_at: Date | null;
  };
  trip_decisions: {
    decision_no: Generated<number>;
    decision_id: string;
    service_day: string;
    card_ref: string;
    trip_id: string;
    request_id: string | null;
    kind: DecisionKind;
    place_id: string | null;
    reason: string;
    /** E-mail of the staff member. */
    decided_by: string;
    decided_at: Date;
  };
  tariffs: {
    tariff_id: string;
    name: string;
    /** The first and the last service day in force; null: no end. */
    from_day: string;
    to_day: string | null;
    /** Gzip of JSON: [name, text] of each file. */
    files: Buffer;
    /** `FareExtension` of @vedong/fares. */
    terms: ColumnType<Record<string, unknown>, string, never>;
    imported_by: string;
    imported_at: Date;
  };
  pairing_queue: {
    queue_id: Generated<number>;
    service_day: string;
    card_refs: string[];
  };
  charge_outbox: {
    service_day: string;
    card_ref: string;
    trip_id: string;
    revision: number;
    queued_at: Date;
    /** Until then one process is sending it. */
    leased_until: Date | null;
    /** Null while it waits. */
    result: 'applied' | 'duplicate' | 'refused' | null;
    code: string | null;
    answered_at: Date | null;
  };
  incidents: {
    incident_id: Generated<string>;
    class: ConflictClass;
    /** What is one incident: a card's day, a validator's day, a validator. */
    subject: string;
    service_day: string | null;
    card_ref: string | null;
    validator_id: string | null;
    happened_at: Date;
    found_at: Date;
    changed_at: Date;
    count: number;
    findings: ColumnType<Finding[], string, string>;
    consequence: Consequence;
    /** withdrawn: later taps explained it. */
    state: Generated<'open' | 'handled' | 'withdrawn'>;
  };
  incident_events: {
    event_id: Generated<number>;
    incident_id: string;
    at: Date;
    kind: IncidentEventKind;
    /** Email of the staff member; null where the service did it. */
    by: string | null;
    note: string | null;
  };
  incident_taps: {
    service_day: string;
    card_ref: string;
    tap_id: string;
    incident_id: string;
    counts: boolean;
  };
  card_blocks: {
    service_day: string;
    card_ref: string;
    issuer: number;
    /** Because of which it was last changed. */
    incident_id: string;
    revision: Generated<number>;
    state: CardBlock['state'];
    reason: ConflictClass;
    queued_at: Date;
    /** Until then one process is sending it. */
    leased_until: Date | null;
    /** Null while it waits. */
    result: 'applied' | 'duplicate' | 'refused' | null;
    code: string | null;
    answered_at: Date | null;
  };
}

export type Db = Kysely<OperatorTables>;
export type Tx = Transaction<OperatorTables>;
