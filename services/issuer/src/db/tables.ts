/** The issuer's tables as kysely sees them; ../../schema.sql is the whole truth. */
import type { ColumnType, Generated, GeneratedAlways, JSONColumnType } from 'kysely';
import type {
  Card,
  CardBlock,
  Charge,
  ConcessionApplication,
  ConcessionCategory,
  ConflictClass,
  CorrectionKind,
  Pricing,
  Refund,
  Settlement,
  TopUp,
  TripCorrection,
} from '@vedong/contracts';
import type { PassProduct } from '@vedong/fares';
import type { TariffTerms, TermsLine } from '../terms.ts';
import type { AccountKind, TransactionKind } from './ledger.ts';

type TripEnd = NonNullable<Charge['entry']>;

export interface IssuerTables {
  riders: {
    rider_id: string;
    phone_hash: Buffer;
    phone_sealed: Buffer;
    created_at: Date;
  };
  sign_in_codes: {
    phone_hash: Buffer;
    code_hash: Buffer;
    tries_left: number;
    expires_at: Date;
  };
  sessions: {
    token_hash: Buffer;
    rider_id: string;
    expires_at: Date;
  };
  cards: {
    card_id: string;
    rider_id: string;
    nickname: string;
    colour: Card['colour'];
    /** As gates see it. */
    state: Generated<Card['state']>;
    /** What the rider wants; set while an operator's block stands, with its reason and time. */
    rider_state: Generated<Card['state'] | null>;
    operator_block_reason: Generated<ConflictClass | null>;
    operator_blocked_at: Generated<Date | null>;
    /** The phone that last fetched certificates: 33 bytes, compressed P-256. */
    device_key: Buffer | null;
    concession_category: ColumnType<ConcessionCategory | null, never, ConcessionCategory>;
    /** The last service day it counts on. */
    concession_until: ColumnType<string | null, never, string>;
    created_at: Date;
  };
  concession_applications: {
    application_id: string;
    card_id: string;
    category: ConcessionCategory;
    state: ConcessionApplication['state'];
    /** AES-256-GCM; null once it was decided. */
    picture_sealed: Buffer | null;
    asked_at: Date;
    decided_at: Date | null;
    decided_by: string | null;
    reason: string | null;
    until: string | null;
  };
  card_days: {
    service_day: string;
    card_id: string;
    card_ref: string;
    status_idx: number;
  };
  operator_blocks: {
    service_day: string;
    card_ref: string;
    card_id: string;
    revision: number;
    state: CardBlock['state'];
    reason: ConflictClass;
    changed_at: Date;
  };
  status_version: {
    version: number;
  };
  /** One row for each version that is not long past. */
  status_changes: {
    version: number;
    card_id: string;
    changed_at: Generated<Date>;
  };
  signing_keys: {
    issuer: number;
    key_no: number;
    /** Public key, 32 bytes in base64url. */
    x: string;
    private_sealed: Buffer;
    /** Signs from `nbf` on and counts until `exp`, unix seconds. */
    nbf: number;
    exp: number;
    compromised: Generated<boolean>;
  };
  trust_bundles: {
    version: number;
    /** Public root key that signed it, base64url. */
    root_x: string;
    jws: string;
  };
  trips: {
    trip_id: string;
    card_id: string;
    revision: number;
    service_day: string;
    /** Of the entry, or of the exit where there is no entry: orders the history. */
    at: Date;
    mode: Charge['mode'];
    line_name: string;
    state: Charge['state'];
    entry: JSONColumnType<TripEnd> | null;
    exit: JSONColumnType<TripEnd> | null;
    /** What the operator asks, before passes and caps. */
    fare_amount: number | null;
    fare_currency: string | null;
    line_id: Generated<string>;
    agency: Generated<string>;
    concession: Generated<number>;
    distance_metres: number | null;
    pricing: JSONColumnType<Pricing> | null;
    /** Why the rider pays `settled_amount`; both null while the trip has no price. */
    settled: JSONColumnType<Settlement> | null;
    settled_amount: number | null;
    /** Whose revenue the ledger holds it as. */
    settled_agency: string | null;
    /** Transactions of the ledger so far. */
    postings: Generated<number>;
    /** What staff of the operator decided; null: nothing. */
    corrections: JSONColumnType<TripCorrection[]> | null;
  };
  trip_corrections: {
    request_id: string;
    rider_id: string;
    card_id: string;
    trip_id: string;
    kind: CorrectionKind;
    place_name: string | null;
    words: string;
    asked_at: Date;
    /** When the operator took or refused it. */
    sent_at: Date | null;
    refused_code: string | null;
  };
  accounts: {
    account_id: GeneratedAlways<number>;
    kind: AccountKind;
    /** The rider of a wallet, the agency or the provider, else empty. */
    owner: string;
    /** Of wallets; kept by the database from the entries. */
    balance: number | null;
  };
  transactions: {
    transaction_id: string;
    reference: string;
    kind: TransactionKind;
    at: Date;
    trip_id: string | null;
    subject: string;
  };
  entries: {
    entry_no: GeneratedAlways<number>;
    entry_id: Generated<string>;
    transaction_id: string;
    account_id: number;
    amount: number;
    balance_after: GeneratedAlways<number | null>;
  };
  top_ups: {
    top_up_id: string;
    rider_id: string;
    provider: TopUp['provider'];
    /** Ties payments to it. */
    reference: string;
    /** Whole dong, as asked for and as paid. */
    amount: number;
    paid_amount: Generated<number>;
    qr_text: string | null;
    pay_url: string | null;
    /** The provider said that it was not paid. */
    is_failed: Generated<boolean>;
    created_at: Date;
    expires_at: Date;
  };
  payment_notices: {
    provider: TopUp['provider'];
    /** The provider's own. */
    transaction_id: string;
    reference: string;
    amount: number;
    top_up_id: string | null;
    outcome: 'credited' | 'unknown_reference' | 'wrong_amount' | 'second_payment';
    /** Came after the top-up had expired. */
    is_late: boolean;
    paid_at: Date;
    received_at: Date;
    /** What staff made of one that was not credited; null while it waits for them. */
    decision: 'assigned' | 'sent_back' | null;
    decided_by: string | null;
    decided_reason: string | null;
    decided_at: Date | null;
    assigned_top_up_id: string | null;
  };
  passes: {
    pass_id: string;
    card_id: string;
    /** The buyer's own id of the purchase. */
    purchase_id: string;
    product_no: number;
    /** As it was sold. */
    product: JSONColumnType<PassProduct>;
    line_id: string | null;
    bought_at: Date;
    /** It covers no trip of an earlier service day. */
    valid_from_day: string;
    first_used_at: Date | null;
    /** Service days it is good for; null until a pass that begins with its first use was used. */
    first_day: string | null;
    last_day: string | null;
    /** Its price was given back whole: it covers nothing. */
    is_given_back: Generated<boolean>;
    /** The last day it covers where the days after it were given back. */
    ends_early_on: string | null;
  };
  refunds: {
    refund_id: string;
    /** Null for a payment that never reached a wallet. */
    rider_id: string | null;
    /** Of a payment: where it goes back to. */
    provider: TopUp['provider'] | null;
    transaction_id: string | null;
    pass_id: string | null;
    amount: number;
    state: Refund['state'];
    asked_at: Date;
    settled_at: Date | null;
    tries: Generated<number>;
    next_try_at: Date;
    /** The code of the provider's last answer. */
    provider_answer: string | null;
  };
  refund_decisions: {
    refund_id: string;
    decided_by: string;
    decision: 'approve' | 'refuse';
    reason: string;
    at: Date;
  };
  tariff_terms: {
    is_only: Generated<boolean>;
    tariffs: JSONColumnType<TariffTerms[]>;
    lines: JSONColumnType<TermsLine[]>;
    resettle_from: string | null;
  };
}
