/** Schemas that several endpoints share. */
import { modes, gateKinds, guards, passbackAreas, reasons, tapMarks, tapPolicies } from '@vedong/travel';
import { z } from 'zod';

export const uuid = z.uuid();
export const instant = z.iso
  .datetime({ offset: true })
  .refine((text) => Date.parse(text) >= 0, 'must not be before 1970')
  .describe('RFC 3339 with offset');
export const serviceDay = z.iso
  .date()
  .refine((day) => day >= '1970-01-01', 'must not be before 1970')
  .describe('local date on which the service day began');
export const cardRef = z
  .string()
  .regex(/^[0-9a-f]{16}$/)
  .describe('pseudonym of a card for one service day, 16 hex digits');
/** Names people choose or type: visible text of bounded length. */
export const shortName = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^\P{C}*$/u, 'must not hold control characters');
export const identifier = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);

export const money = z
  .strictObject({ amount: z.int(), currency: z.string().regex(/^[A-Z]{3}$/) })
  .describe("amount in the currency's smallest unit; VND has no decimals");
export type Money = z.output<typeof money>;

export const place = z.strictObject({
  placeId: identifier,
  nameVi: shortName,
  nameEn: shortName,
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
});

export const mode = z.enum(modes);
export const gateKind = z.enum(gateKinds);
export const tapPolicy = z
  .enum(tapPolicies)
  .describe('of a bus line; riders of a metro line tap on entry and on exit always');
export const reason = z.enum(reasons);
export const guard = z.enum(guards);
export const outcome = z.enum(['accepted', 'rejected']);

/** A line's anti-passback rule: the same card, a new code, the same place, too soon. */
export const passbackRule = z.strictObject({
  within: z
    .enum(passbackAreas)
    .describe('the same gate; any gate of its kind at the place; any of its kind on the line'),
  seconds: z.int().min(0).max(3600).describe('0: no such rule'),
  group: z
    .strictObject({ seconds: z.int().min(1).max(600), persons: z.int().min(2).max(50) })
    .optional()
    .describe('one card may board so many persons within so many seconds of the first'),
});

export const gate = z.strictObject({
  gateId: identifier,
  kind: gateKind,
  mode,
  lineId: identifier,
  lineScope: z.int().min(0).max(65535),
  lineName: shortName,
  place,
  passback: passbackRule.optional(),
  gateClass: identifier.optional().describe('absent: `standard`'),
  challenge: z
    .boolean()
    .optional()
    .describe('true: displays a challenge, and takes only tickets that answer it'),
});

const uint = (bytes: number) =>
  z
    .int()
    .min(0)
    .max(2 ** (8 * bytes) - 1);

export const tapTicket = z.strictObject({
  profile: z.enum(['S', 'D']),
  issuer: uint(2),
  keyNo: uint(2),
  cardRef,
  serviceDay,
  slot: uint(4),
  concession: uint(1),
  product: uint(2),
  scope: uint(2),
});

export const degradedPolicy = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\/(open|limited|closed)$/)
  .describe('`<gate class>/<action>` under which a marked tap was judged');

/** One tap of a validator's journal; a rejected one says why, an accepted one says for which card. */
export const tap = z
  .strictObject({
    tapId: uuid,
    gateId: identifier,
    at: instant,
    outcome,
    reason: reason.optional(),
    guard,
    marks: z.array(z.enum(tapMarks)).max(tapMarks.length),
    policy: degradedPolicy.optional(),
    continues: uuid
      .optional()
      .describe(
        'with mark `after_stop`: the rider’s second try. The earlier accepted tap of the card at this gate, which the gate died before answering',
      ),
    ticket: tapTicket.optional(),
  })
  .refine(
    (t) => (t.outcome === 'rejected') === (t.reason !== undefined),
    'a rejected tap, and no other, has a reason',
  )
  .refine((t) => t.outcome === 'rejected' || t.ticket !== undefined, 'an accepted tap has its ticket')
  .refine(
    (t) =>
      t.marks.includes('after_stop') === (t.continues !== undefined) &&
      (t.continues === undefined || t.outcome === 'accepted'),
    'an accepted tap with the mark after_stop, and no other, says which tap it continues',
  );

/** `after` is the `next` of the page before; absent for the first page. */
export const page = {
  after: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
};

/** One end of a trip: a tap, or what stands in for one that is missing. */
export const tripEnd = z.strictObject({
  gateId: identifier.nullable().describe('null where nobody tapped'),
  nameVi: shortName,
  nameEn: shortName,
  at: instant.describe(
    'inferred: when the next tap was made; correction: when the other end was, as nobody knows better',
  ),
  source: z
    .enum(['inferred', 'correction'])
    .optional()
    .describe('absent: a tap. inferred: the next tap makes it plain; correction: staff decided it'),
});

export const tripState = z
  .enum(['open', 'complete', 'missing_exit', 'missing_entry'])
  .describe('open: the exit may still come; missing_*: it can no longer be paired');
export type TripState = z.output<typeof tripState>;

/** How the operator came to a trip's fare: codes and values, which the pages put into words. */
export const pricing = z.strictObject({
  /** The version of the tariff that was in force when the trip began. */
  tariffId: identifier,
  basis: z
    .enum(['tariff', 'incomplete', 'free_day', 'waived', 'unknown'])
    .describe('incomplete: the maximum fare, as an end is missing; unknown: no rule gives a fare'),
  /** What the tariff asks for the trip; the fare itself may be less, on free days 0. Null when unknown. */
  faceValue: money.nullable(),
  /** As `priceJourney` of @vedong/fares tells them. */
  steps: z.array(z.record(z.string(), z.unknown())).max(50),
});
export type Pricing = z.output<typeof pricing>;

/** RFC 9457 problem details. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  requestId: z.string().optional(),
  issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
