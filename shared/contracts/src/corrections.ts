/** Corrections of trips: what a rider asks for, what staff decide, and how each learns of the other. */
import { z } from 'zod';
import { identifier, instant, serviceDay, shortName, uuid } from './common.ts';
import type { Api } from './endpoint.ts';

/** Text that people type, over several lines: no other control characters. */
const words = z
  .string()
  .trim()
  .max(500)
  .regex(/^(?:\P{C}|\n)*$/u, 'must not hold control characters');

export const correctionKind = z
  .enum(['forgot_tap', 'wrong'])
  .describe('forgot_tap: an end is missing; wrong: the trip is not as the rider made it');
export type CorrectionKind = z.output<typeof correctionKind>;

/** What a rider asks for; `requestId` is made by the caller, so that asking twice is asking once. */
export const correctionWish = z
  .strictObject({
    requestId: uuid,
    kind: correctionKind,
    /** Where the rider says the missing tap would have been, in the rider's words. */
    placeName: shortName.nullable().default(null),
    words: words.default(''),
  })
  .refine(({ placeName, words: told }) => placeName !== null || told !== '', 'say a place or what is wrong');
export type CorrectionWish = z.output<typeof correctionWish>;

/** As the issuer forwards it. */
export const correctionRequest = z.strictObject({
  requestId: uuid,
  tripId: uuid,
  serviceDay,
  kind: correctionKind,
  placeName: shortName.nullable(),
  words,
  askedAt: instant,
});
export type CorrectionRequest = z.output<typeof correctionRequest>;
export const maxCorrectionsPerCall = 50;

export const decisionKind = z
  .enum(['complete', 'waive', 'refuse', 'as_tapped'])
  .describe(
    'complete: the missing end is at a place; waive: the trip costs nothing; refuse: it stays as it is; as_tapped: earlier decisions no longer count',
  );
export type DecisionKind = z.output<typeof decisionKind>;

/** What staff decide; `decisionId` is made by the caller, so that deciding twice is deciding once. */
export const decisionWish = z
  .strictObject({
    decisionId: uuid,
    kind: decisionKind,
    /** Where the missing end is: a place of the trip's line. */
    placeId: identifier.nullable().default(null),
    /** The rider reads it. */
    reason: words.pipe(z.string().min(3)),
  })
  .refine(
    ({ kind, placeId }) => (kind === 'complete') === (placeId !== null),
    'complete, and nothing else, names a place',
  );
export type DecisionWish = z.output<typeof decisionWish>;

/** A decision about a trip as its rider is told of it. */
export const tripCorrection = z.strictObject({
  decisionId: uuid,
  /** The request it answers; null where staff acted by themselves. */
  requestId: uuid.nullable(),
  kind: decisionKind,
  place: z.strictObject({ nameVi: shortName, nameEn: shortName }).nullable(),
  reason: z.string().max(500),
  at: instant,
});
export type TripCorrection = z.output<typeof tripCorrection>;
export const maxCorrectionsOfTrip = 20;

/** A decision as staff see it. */
export const tripDecision = z.strictObject({ ...tripCorrection.shape, decidedBy: z.string() });
export type TripDecision = z.output<typeof tripDecision>;

/** A rider's request on its way, and its answer; where staff acted by themselves there is an answer only. */
export const riderCorrection = z.strictObject({
  request: z
    .strictObject({
      requestId: uuid,
      kind: correctionKind,
      placeName: z.string().nullable(),
      words: z.string(),
      askedAt: instant,
      state: z
        .enum(['sending', 'waiting', 'answered', 'not_taken'])
        .describe('sending: the operator does not have it yet; not_taken: it does not know the trip'),
    })
    .nullable(),
  answer: tripCorrection.nullable(),
});
export type RiderCorrection = z.output<typeof riderCorrection>;

/** Where the operator takes requests and decisions. */
export const correctionApi = {
  'POST /v1/trips/{tripId}/decisions': {
    summary:
      'Correct a trip: fill its missing end, waive it, refuse what the rider asks for, or take earlier decisions back. Answers the rider’s open request. Safe to repeat with the same decisionId.',
    caller: 'staff',
    params: z.strictObject({ tripId: uuid }),
    body: decisionWish,
    status: 201,
    response: tripDecision,
    problems: [
      'trip_not_found',
      'nothing_missing',
      'nothing_to_refuse',
      'unknown_place',
      'decision_id_used',
      'too_many_decisions',
    ],
  },
  'POST /v1/correction-requests': {
    summary: 'What riders ask for, forwarded by the issuer. Idempotent by requestId.',
    caller: 'service',
    body: z.strictObject({ requests: z.array(correctionRequest).min(1).max(maxCorrectionsPerCall) }),
    bodyLimitBytes: 200_000,
    response: z.strictObject({
      results: z
        .array(
          z.strictObject({ result: z.enum(['stored', 'duplicate', 'refused']), code: z.string().optional() }),
        )
        .describe('in the order of the requests; refused: `trip_not_found`'),
    }),
  },
} as const satisfies Api;
