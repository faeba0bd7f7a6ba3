/** Incidents: what the operator found in taps that contradict each other, and what was done about it. */
import { z } from 'zod';
import { cardRef, guard, identifier, instant, page, serviceDay, uuid } from './common.ts';
import { conflictClass } from './conflicts.ts';
import type { Api } from './endpoint.ts';

export const consequences = ['record', 'warn', 'block'] as const;
export const consequence = z.enum(consequences).describe('what the operator’s policy makes of it');
export type Consequence = z.output<typeof consequence>;

export const findingRule = z.enum([
  'same_slot',
  'too_fast',
  'while_inside',
  'same_place',
  'from_future',
  'slot_disagrees',
  'gap',
  'fork',
  'false_mark',
]);
export type FindingRule = z.output<typeof findingRule>;

/** One piece of evidence; what does not apply is null. */
export const finding = z.strictObject({
  rule: findingRule,
  /** In the order of time; of a copy the first is the one that counts. */
  tapIds: z.array(uuid).max(200),
  /** Between the places, as the crow flies. */
  metres: z.int().min(0).nullable(),
  /** Between the taps; of a clock: how far off. */
  seconds: z.int().nullable(),
  /** Of a journal: the record it should have gone on with, and the one that came. */
  expectedSeq: z.int().nullable(),
  firstSeq: z.int().nullable(),
});
export type Finding = z.output<typeof finding>;

export const blockState = z
  .enum(['asked', 'blocked', 'lift_asked', 'lifted', 'refused'])
  .describe('asked, lift_asked: on the way to the issuer; refused: the issuer does not know the card');

export const incident = z.strictObject({
  incidentId: uuid,
  class: conflictClass,
  state: z.enum(['open', 'handled']),
  consequence,
  /** Null where it is about a validator’s whole journal. */
  serviceDay: serviceDay.nullable(),
  cardRef: cardRef.nullable(),
  validatorId: identifier.nullable(),
  /** Of the earliest evidence. */
  happenedAt: instant,
  foundAt: instant,
  changedAt: instant,
  /** How many findings there are; only the first 200 are kept. */
  count: z.int().min(1),
  /** Of its card, whichever incident asked for it; null where none ever did. */
  block: blockState.nullable(),
});
export type Incident = z.output<typeof incident>;

export const incidentTap = z.strictObject({
  tapId: uuid,
  at: instant,
  gateId: identifier,
  nameVi: z.string(),
  nameEn: z.string(),
  lineName: z.string(),
  latitude: z.number(),
  longitude: z.number(),
  validatorId: identifier,
  guard,
  slot: z.int(),
  /** False for a copy, which makes no trip and costs nothing. */
  counts: z.boolean(),
});
export type IncidentTap = z.output<typeof incidentTap>;

export const incidentEventKind = z.enum([
  'found',
  'more_found',
  'withdrawn',
  'reopened',
  'block_asked',
  'blocked',
  'block_refused',
  'lift_asked',
  'lifted',
  'handled',
]);
export type IncidentEventKind = z.output<typeof incidentEventKind>;

const note = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .regex(/^[\P{C}\n]*$/u, 'must not hold control characters');
const params = z.strictObject({ incidentId: uuid });

export const incidentApi = {
  'GET /v1/incidents': {
    summary: 'Incidents, the latest first.',
    caller: 'staff',
    query: z.strictObject({
      ...page,
      class: conflictClass.optional(),
      state: incident.shape.state.optional(),
      serviceDay: serviceDay.optional(),
      cardRef: cardRef.optional(),
      validatorId: identifier.optional(),
    }),
    response: z.strictObject({ incidents: z.array(incident), next: z.string().nullable() }),
  },
  'GET /v1/incidents/{incidentId}': {
    summary: 'One incident with its evidence and everything that was done.',
    caller: 'staff',
    params,
    response: z.strictObject({
      incident,
      findings: z.array(finding),
      taps: z.array(incidentTap),
      events: z.array(
        z.strictObject({
          at: instant,
          kind: incidentEventKind,
          /** Email of the staff member; null where the service did it. */
          by: z.string().nullable(),
          note: z.string().nullable(),
        }),
      ),
    }),
    problems: ['incident_not_found'],
  },
  'POST /v1/incidents/{incidentId}/handle': {
    summary: 'Mark it handled, with what was done. It opens again where more is found.',
    caller: 'staff',
    params,
    body: z.strictObject({ note }),
    response: incident,
    problems: ['incident_not_found'],
  },
  'POST /v1/incidents/{incidentId}/lift-block': {
    summary: 'Lift the block of its card, with the reason.',
    caller: 'staff',
    params,
    body: z.strictObject({ note }),
    response: incident,
    problems: ['incident_not_found', 'not_blocked'],
  },
} as const satisfies Api;
