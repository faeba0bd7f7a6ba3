/** The operator's API: network, gates, validators, taps, trips. */
import { z } from 'zod';
import { modes } from '@vedong/travel';
import {
  cardRef,
  gate,
  gateKind,
  guard,
  identifier,
  instant,
  mode,
  money,
  outcome,
  page,
  passbackRule,
  place,
  pricing,
  reason,
  serviceDay,
  shortName,
  tapPolicy,
  tripEnd,
  tripState,
  uuid,
} from './common.ts';
import { conflictClass } from './conflicts.ts';
import { correctionApi, correctionRequest, tripDecision } from './corrections.ts';
import type { Api } from './endpoint.ts';
import { gateClass, gateClassApi } from './gate-classes.ts';
import { validatorReport, validatorReportApi } from './validator-reports.ts';
import { staffConcessionApi } from './concessions.ts';
import { staffRefundApi } from './refunds.ts';
import { staffUnmatchedPaymentApi } from './unmatched-payments.ts';
import { incidentApi } from './incidents.ts';
import { passbackApi } from './passback.ts';
import { quarantineApi } from './quarantine.ts';
import { operatorReportApi } from './reports.ts';
import { tariffApi } from './tariffs.ts';
import { revocation, validatorTrustApi } from './validator-trust.ts';

export const maxTapsPerBatch = 1000;

export const line = z.strictObject({
  lineId: identifier,
  nameVi: shortName,
  nameEn: shortName,
  mode,
  agency: shortName,
  /** The number by which a ticket's `scope` names this line. */
  scope: z.int().min(1).max(65535),
  tapPolicy: tapPolicy.default('tap_on'),
  passback: passbackRule.optional().describe('absent: as it is, at first none: a card may come back at once'),
});

export const gateEntry = z.strictObject({
  gateId: identifier,
  kind: gateKind,
  lineId: identifier,
  placeId: identifier,
  validatorId: identifier,
  gateClass: identifier.optional().describe('absent: as it is, at first `standard`'),
});

/** Payload of the compact JWS (typ `vd1-taps`, kid the validator's id) that a validator sends. */
export const tapBatch = z.strictObject({
  validatorId: identifier,
  /** Journal number of the first tap; the others follow without gaps. */
  firstSeq: z.int().min(1),
  /** Chain hash before the first tap, 64 hex digits; 64 zeros before the first of all. */
  previousHash: z.string().regex(/^[0-9a-f]{64}$/),
  /** Each the exact JSON text of a journal record. Chain hash = SHA-256(previous hash's 32 bytes ‖ this text in UTF-8). */
  records: z.array(z.string().max(4096)).min(1).max(maxTapsPerBatch),
});
export type TapBatch = z.output<typeof tapBatch>;

export const tapVerdict = z.strictObject({
  verdict: z.enum(['stored', 'duplicate', 'quarantined']),
  code: z.string().optional(),
});

/** What a validator must know to judge; fetched at start and now and then, kept on disk. */
export const validatorConfiguration = z.strictObject({
  validatorId: identifier,
  /** Goes up with every change; a validator takes nothing older than what it has. */
  version: z.int().min(0).default(0),
  calendar: z.strictObject({ timeZone: z.string(), startHour: z.int().min(0).max(12) }),
  gates: z.array(gate).max(5000),
  products: z
    .array(z.strictObject({ productNo: z.int().min(1).max(65535), modes: z.array(z.enum(modes)) }))
    .max(5000),
  gateClasses: z.array(gateClass).max(100).optional(),
});
export type ValidatorConfiguration = z.output<typeof validatorConfiguration>;

export const operatorTap = z.strictObject({
  tapId: uuid,
  validatorId: identifier,
  seq: z.int(),
  serviceDay,
  at: instant,
  gateId: identifier,
  nameVi: z.string(),
  nameEn: z.string(),
  lineName: z.string(),
  outcome,
  reason: reason.nullable(),
  guard,
  marks: z.array(z.string()),
  /** `<gate class>/<action>` of a tap judged under a mark. */
  policy: z.string().nullable().optional(),
  /** The earlier tap that this one stands for, as the gate died before it answered; that one costs nothing. */
  continues: uuid.nullable().optional(),
  /** Null where nothing of the ticket was believed. */
  cardRef: cardRef.nullable(),
  receivedAt: instant,
  /** Where it contradicts other taps. */
  conflict: z.strictObject({ class: conflictClass, incidentId: uuid, counts: z.boolean() }).nullable(),
});
export type OperatorTap = z.output<typeof operatorTap>;

export const operatorTrip = z.strictObject({
  tripId: uuid,
  revision: z.int(),
  serviceDay,
  cardRef,
  mode,
  lineId: identifier,
  lineName: z.string(),
  state: tripState,
  entry: tripEnd.nullable(),
  exit: tripEnd.nullable(),
  /** Concession class of the ticket at the trip's first tap; full fare where the class is none we know. */
  concession: z.int().min(0).max(2),
  /** What the tariff asks before passes and caps; null while the trip is open and where it is unknown. */
  fare: money.nullable(),
  /** Null while the trip is open and where no tariff was in force when it began. */
  pricing: pricing.nullable(),
  /** A tap of it contradicts others. */
  inConflict: z.boolean(),
});
export type OperatorTrip = z.output<typeof operatorTrip>;

export const queuedCorrection = z.strictObject({
  ...correctionRequest.shape,
  receivedAt: instant,
});
export type QueuedCorrection = z.output<typeof queuedCorrection>;

/** Everything the operator knows about a trip. */
export const tripStory = z.strictObject({
  trip: operatorTrip,
  /** Of its ends, and the one that makes a missing end plain. */
  taps: z.array(operatorTap),
  inferredFrom: uuid.nullable().describe('of these taps the one that makes the place of the exit plain'),
  /** What the rider asked for and what staff decided, the oldest first. */
  requests: z.array(queuedCorrection),
  decisions: z.array(tripDecision),
  /** Of the newest revision, on its way to the issuer, which holds the ledger. */
  charge: z
    .strictObject({
      revision: z.int(),
      result: z.enum(['waiting', 'applied', 'duplicate', 'refused']),
      code: z.string().nullable(),
      answeredAt: instant.nullable(),
    })
    .nullable(),
});
export type TripStory = z.output<typeof tripStory>;

const jws = z
  .string()
  .max(6_000_000)
  .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/);
const validatorParams = z.strictObject({ validatorId: identifier });

export const operatorApi = {
  ...gateClassApi,
  ...passbackApi,
  ...quarantineApi,
  ...validatorReportApi,
  ...staffRefundApi,
  ...staffUnmatchedPaymentApi,
  ...staffConcessionApi,
  ...tariffApi,
  ...correctionApi,
  ...incidentApi,
  ...operatorReportApi,
  ...validatorTrustApi,
  'POST /v1/sign-in': {
    summary: 'Staff sign-in; sets a session cookie.',
    caller: 'anyone',
    body: z.strictObject({ email: z.email().max(200), password: z.string().min(1).max(200) }),
    response: z.strictObject({ name: z.string() }),
    problems: ['wrong_credentials', 'too_many_requests'],
  },
  'POST /v1/sign-out': { summary: 'End this session.', caller: 'staff', status: 204 },
  'GET /v1/me': {
    summary: 'The signed-in staff member.',
    caller: 'staff',
    response: z.strictObject({ name: z.string(), email: z.string() }),
  },
  'PUT /v1/network': {
    summary: 'Add or change places and lines.',
    caller: 'staff',
    body: z.strictObject({ places: z.array(place).max(20_000), lines: z.array(line).max(5000) }),
    bodyLimitBytes: 8_000_000,
    status: 204,
  },
  'GET /v1/lines': {
    summary: 'Lines, for filters.',
    caller: 'staff',
    response: z.strictObject({ lines: z.array(line) }),
  },
  'PUT /v1/gates': {
    summary: 'Add or change gates: where each stands and which validator serves it.',
    caller: 'staff',
    body: z.strictObject({ gates: z.array(gateEntry).min(1).max(5000) }),
    bodyLimitBytes: 2_000_000,
    status: 204,
    problems: [
      'unknown_line',
      'unknown_place',
      'unknown_validator',
      'unknown_gate_class',
      'kind_not_of_line',
    ],
  },
  'GET /v1/gates': {
    summary: 'Gates with their validator and its state.',
    caller: 'staff',
    response: z.strictObject({
      gates: z.array(
        z.strictObject({
          ...gate.shape,
          validatorId: identifier,
          lastTapAt: instant.nullable(),
          validatorSeenAt: instant.nullable(),
        }),
      ),
    }),
  },
  'POST /v1/validators': {
    summary: 'Announce a validator: gives the one-time code with which it enrols.',
    caller: 'staff',
    body: z.strictObject({ name: shortName }),
    status: 201,
    response: z.strictObject({ validatorId: identifier, enrolmentCode: z.string(), expiresAt: instant }),
  },
  'GET /v1/validators': {
    summary: 'Validators and how far their journals have arrived.',
    caller: 'staff',
    response: z.strictObject({
      validators: z.array(
        z.strictObject({
          validatorId: identifier,
          name: z.string(),
          enrolledAt: instant.nullable(),
          seenAt: instant.nullable(),
          lastSeq: z.int(),
          quarantined: z.int(),
          report: validatorReport.nullable().optional(),
          reportedAt: instant.nullable().optional(),
          journal: z.enum(['whole', 'gap', 'broken']).describe('as far as the operator can tell'),
          /** When its newest tap was read and when it came: how far it is behind. Null before the first. */
          lastTapAt: instant.nullable(),
          lastTapReceivedAt: instant.nullable(),
          revocation: revocation.nullable(),
        }),
      ),
    }),
  },
  'POST /v1/validators/enrol': {
    summary: 'A validator enrols with its one-time code and its own key, and pins the root key it is given.',
    caller: 'anyone',
    body: z.strictObject({
      request: jws.describe(
        'EdDSA JWS by the new key: header {alg: "Ed25519", typ: "vd1-enrol", jwk}, payload {code, iat}',
      ),
    }),
    status: 201,
    response: z.strictObject({
      configuration: validatorConfiguration,
      rootKey: z.record(z.string(), z.unknown()).describe('public JWK that signs trust bundles'),
    }),
    problems: ['wrong_enrolment_code', 'bad_signature', 'too_many_requests'],
  },
  'GET /v1/validators/{validatorId}/configuration': {
    summary:
      'Gates and products of a validator. Bearer: JWT typ `vd1-validator`, signed by its key, exp within 60 s.',
    caller: 'validator',
    params: validatorParams,
    query: z.strictObject({
      held: z.coerce
        .number()
        .int()
        .min(0)
        .max(2 ** 40)
        .optional()
        .describe('the version the validator has; the answer is never below it'),
    }),
    response: validatorConfiguration,
    problems: ['not_signed_in', 'validator_revoked'],
  },
  'POST /v1/tap-batches': {
    summary:
      'Taps of one validator’s journal, in order, signed by it. Safe to repeat: known taps are answered `duplicate`. After `sequence_gap` the validator begins again at the oldest tap it keeps.',
    caller: 'anyone',
    body: z.strictObject({ batch: jws }),
    // A full batch: 1000 records of 4096 characters, in base64url, in JSON.
    bodyLimitBytes: 6_100_000,
    response: z.strictObject({
      acknowledgedSeq: z.int().describe('every tap up to here is kept'),
      verdicts: z.array(tapVerdict).describe('in the order of the records'),
    }),
    problems: [
      'bad_signature',
      'unknown_validator',
      'validator_revoked',
      'invalid_batch',
      'sequence_gap',
      'broken_chain',
    ],
  },
  'GET /v1/taps': {
    summary: 'Taps, newest first.',
    caller: 'staff',
    query: z.strictObject({
      ...page,
      serviceDay: serviceDay.optional(),
      cardRef: cardRef.optional(),
      gateId: identifier.optional(),
      outcome: outcome.optional(),
      reason: reason.optional(),
    }),
    response: z.strictObject({ taps: z.array(operatorTap), next: z.string().nullable() }),
  },
  'GET /v1/trips': {
    summary: 'Trips, newest first.',
    caller: 'staff',
    query: z.strictObject({
      ...page,
      serviceDay: serviceDay.optional(),
      cardRef: cardRef.optional(),
      gateId: identifier.optional(),
      lineId: identifier.optional(),
      state: tripState.optional(),
    }),
    response: z.strictObject({ trips: z.array(operatorTrip), next: z.string().nullable() }),
  },
  'GET /v1/trips/{tripId}': {
    summary: 'The story of a trip: its taps, how they were paired and priced, corrections, the charge.',
    caller: 'staff',
    params: z.strictObject({ tripId: uuid }),
    response: tripStory,
    problems: ['trip_not_found'],
  },
  'GET /v1/correction-requests': {
    summary: 'Riders’ requests: the open ones, the longest waiting first, or those answered, the last first.',
    caller: 'staff',
    query: z.strictObject({ ...page, state: z.enum(['open', 'answered']).default('open') }),
    response: z.strictObject({
      requests: z.array(
        z.strictObject({
          ...queuedCorrection.shape,
          trip: operatorTrip.nullable(),
          answer: tripDecision.nullable(),
        }),
      ),
      next: z.string().nullable(),
    }),
  },
} as const satisfies Api;
export type OperatorApi = typeof operatorApi;
