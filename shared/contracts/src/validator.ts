/** The validator's API: what a gate's scanner and screen call. */
import { degradedConditions, policyActions } from '@vedong/travel';
import { z } from 'zod';
import { gate, guard, identifier, instant, outcome, reason, uuid } from './common.ts';
import type { Api } from './endpoint.ts';
import { clockReport, journalReport } from './validator-reports.ts';

/** Longer than any ticket, so that an over-long text becomes a refused tap and not an error. */
export const maxScannedCharacters = 8192;

export const tapAnswer = z.strictObject({
  tapId: uuid,
  outcome,
  reason: reason.optional(),
  guard,
  gate: identifier,
  at: instant,
  /** Degraded conditions under which it was judged, if any. */
  marks: z.array(z.string()).optional(),
  /** The scanner read the same code again within 5 s: the first answer, given again. */
  repeat: z.boolean(),
  /** What the rider rides on; only for a ticket whose signatures held. */
  ticket: z.strictObject({ product: z.int(), concession: z.int() }).optional(),
  /** Where and when the code (`replayed`) or the card (`passback`) was used before, where this validator knows it. */
  lastUse: z.strictObject({ nameVi: z.string(), nameEn: z.string(), at: instant }).optional(),
});
export type TapAnswer = z.output<typeof tapAnswer>;

export const validatorStatus = z.strictObject({
  validatorId: identifier.nullable().describe('null until enrolled'),
  revokedAt: instant.nullable().describe('since when it knows that the operator trusts it no longer'),
  now: instant,
  gates: z.array(gate),
  guard: z.enum(['redis', 'local']).describe('which memory judges replay now'),
  conditions: z
    .array(
      z.strictObject({
        condition: z.enum(degradedConditions),
        /** What gates of each class do about it. */
        actions: z.record(identifier, z.enum(policyActions)),
      }),
    )
    .optional()
    .describe('what is degraded now'),
  trust: z.strictObject({ version: z.int(), expiresAt: instant }).nullable(),
  /** How it hears of blocked cards and keys: within a second, or when it asks. */
  changes: z.enum(['pushed', 'polled']),
  statusLists: z.array(z.strictObject({ serviceDay: z.string(), version: z.int(), issuedAt: instant })),
  clock: clockReport.optional(),
  journal: z.strictObject({
    lastSeq: z.int(),
    unsent: z.int(),
    lastDeliveredAt: instant.nullable(),
    state: journalReport.shape.state.optional(),
    quarantined: z.int().optional(),
    cuts: z.int().optional(),
  }),
});
export type ValidatorStatus = z.output<typeof validatorStatus>;

export const validatorApi = {
  'POST /v1/taps': {
    summary: 'Judge a scanned ticket at a gate. Safe to repeat within 5 s: the same answer comes back.',
    caller: 'anyone',
    body: z.strictObject({
      gate: identifier,
      ticket: z
        .string()
        .min(1)
        .max(maxScannedCharacters)
        .describe('the text of the QR code, as the scanner gave it'),
      scannedAt: instant.optional().describe('for the log only: the gate is judged by the validator’s clock'),
    }),
    response: tapAnswer,
    problems: ['validator_revoked', 'unknown_gate', 'not_ready', 'journal_unavailable', 'overloaded'],
  },
  'POST /v1/challenges': {
    summary:
      'What a gate that asks for its own code is to display now: for one use, within a minute. Ask again after each tap and at half its life.',
    caller: 'anyone',
    body: z.strictObject({ gate: identifier }),
    response: z.strictObject({
      text: z.string().describe('the text of the QR code: `VC1:` and 16 hex digits'),
      expiresInSeconds: z.int(),
    }),
    problems: ['unknown_gate', 'no_challenge_here', 'validator_revoked', 'not_ready'],
  },
  'GET /v1/status': {
    summary: 'What the gate’s screen shows small: guard, clock, trust, backlog.',
    caller: 'anyone',
    response: validatorStatus,
  },
} as const satisfies Api;
export type ValidatorApi = typeof validatorApi;
