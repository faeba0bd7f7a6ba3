/** The issuer's API: riders, cards, tickets, trust, charges. */
import { z } from 'zod';
import {
  cardRef,
  identifier,
  instant,
  mode,
  money,
  page,
  pricing,
  serviceDay,
  shortName,
  tripEnd,
  tripState,
  uuid,
} from './common.ts';
import { cardBlockApi } from './card-blocks.ts';
import { conflictClass } from './conflicts.ts';
import { correctionWish, maxCorrectionsOfTrip, riderCorrection, tripCorrection } from './corrections.ts';
import type { Api } from './endpoint.ts';
import { moneyApi } from './money.ts';
import { cardConcession, concessionApi } from './concessions.ts';
import { receiptApi } from './receipts.ts';
import { refundApi } from './refunds.ts';
import { unmatchedPaymentApi } from './unmatched-payments.ts';
import { riderTrip } from './rider-trip.ts';
import { trustApi } from './trust.ts';

/** Digits with the usual separators; the issuer decides whether it is a number it can reach. */
const phone = z
  .string()
  .min(8)
  .max(24)
  .regex(/^\+?[0-9][0-9 .()-]+$/, 'must be a phone number');
const compactJws = (maxCharacters: number) =>
  z
    .string()
    .max(maxCharacters)
    .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/);

export const cardColours = ['lotus', 'lake', 'jade', 'sun', 'plum'] as const;

export const card = z.strictObject({
  cardId: uuid,
  nickname: z.string(),
  colour: z.enum(cardColours),
  state: z.enum(['active', 'blocked']),
  createdAt: instant,
  /** What it carries today; absent from issuers that know of none. */
  concession: cardConcession.nullable().optional(),
  /** Why an operator blocked it; only the operator can lift that. Absent where none did. */
  operatorBlock: z.strictObject({ reason: conflictClass, since: instant }).optional(),
});
export type Card = z.output<typeof card>;

export const chargeState = z
  .enum([...tripState.options, 'withdrawn'])
  .describe('withdrawn: was missing_entry, its exit now belongs to another trip; nothing is owed or shown');

/** A trip as the operator's outbox sends it; a later revision of the same trip replaces the earlier one. */
export const charge = z.strictObject({
  tripId: uuid,
  revision: z.int().min(1),
  issuer: z.int().min(0).max(65535),
  serviceDay,
  cardRef,
  mode,
  lineId: identifier,
  lineName: shortName,
  agency: shortName,
  concession: z.int().min(0).max(2),
  state: chargeState,
  entry: tripEnd.nullable(),
  exit: tripEnd.nullable(),
  /** Fare distance; null where the feed gives none. */
  distanceMetres: z.int().min(0).nullable(),
  /** What the tariff asks before passes and caps, which only the issuer knows. */
  fare: money.nullable(),
  pricing: pricing.nullable(),
  /** What staff decided about the trip, the oldest first; absent: nothing. */
  corrections: z.array(tripCorrection).max(maxCorrectionsOfTrip).optional(),
});
export type Charge = z.output<typeof charge>;
export const maxChargesPerCall = 500;
export const maxTicketsPerCall = 40;

const cardParams = z.strictObject({ cardId: uuid });

export const issuerApi = {
  ...moneyApi,
  ...refundApi,
  ...receiptApi,
  ...concessionApi,
  ...unmatchedPaymentApi,
  ...cardBlockApi,
  ...trustApi,
  'POST /v1/sign-in/codes': {
    summary: 'Send a one-time code to a phone number.',
    caller: 'anyone',
    body: z.strictObject({ phone }),
    status: 202,
    response: z.strictObject({
      expiresInSeconds: z.int(),
      demoCode: z.string().optional().describe('only where the service runs as a demo'),
    }),
    problems: ['phone_not_supported', 'too_many_requests'],
  },
  'POST /v1/sign-in': {
    summary: 'Exchange a one-time code for a session cookie.',
    caller: 'anyone',
    body: z.strictObject({ phone, code: z.string().regex(/^\d{6}$/) }),
    response: z.strictObject({ riderId: uuid }),
    problems: ['wrong_code', 'too_many_requests'],
  },
  'POST /v1/sign-out': { summary: 'End this session.', caller: 'rider', status: 204 },
  'GET /v1/me': {
    summary: 'The signed-in rider.',
    caller: 'rider',
    response: z.strictObject({ riderId: uuid, phoneEnding: z.string() }),
  },
  'GET /v1/time': {
    summary: 'The issuer’s time, by which phones set their clocks.',
    caller: 'anyone',
    response: z.strictObject({ nowMilliseconds: z.int() }),
  },
  'GET /v1/cards': {
    summary: 'My cards.',
    caller: 'rider',
    response: z.strictObject({ cards: z.array(card) }),
  },
  'POST /v1/cards': {
    summary: 'Make a virtual card.',
    caller: 'rider',
    body: z.strictObject({ nickname: shortName, colour: z.enum(cardColours) }),
    status: 201,
    response: card,
    problems: ['too_many_cards'],
  },
  'POST /v1/cards/{cardId}/block': {
    summary: 'Block a card: gates refuse it within seconds.',
    caller: 'rider',
    params: cardParams,
    response: card,
    problems: ['card_not_found'],
  },
  'POST /v1/cards/{cardId}/unblock': {
    summary: 'Lift a block. Not one that an operator has put on.',
    caller: 'rider',
    params: cardParams,
    response: card,
    problems: ['card_not_found', 'blocked_by_operator'],
  },
  'POST /v1/cards/{cardId}/certificates': {
    summary: 'Profile D: certificates for a phone’s key, for today and the days ahead that policy allows.',
    caller: 'rider',
    params: cardParams,
    body: z.strictObject({
      proof: compactJws(2000).describe(
        'ES256 JWS by the device key: header {alg, typ: "vd1-pop", jwk}, payload {cardId, iat}; iat within 60 s of the issuer’s time',
      ),
    }),
    response: z.strictObject({
      nowMilliseconds: z.int(),
      certificates: z.array(
        z.strictObject({
          serviceDay,
          certificate: z.string().describe('base64url of the 125 bytes of a VD1 certificate'),
          validFrom: instant,
          validUntil: instant,
        }),
      ),
    }),
    problems: ['card_not_found', 'card_blocked', 'bad_device_proof', 'wallet_below_zero'],
  },
  'POST /v1/cards/{cardId}/tickets': {
    summary: 'Profile S: ready tickets, one a slot, from the present slot on.',
    caller: 'rider',
    params: cardParams,
    body: z.strictObject({ count: z.int().min(1).max(maxTicketsPerCall) }),
    response: z.strictObject({
      nowMilliseconds: z.int(),
      tickets: z.array(z.strictObject({ slot: z.int(), ticket: z.string() })),
    }),
    problems: ['card_not_found', 'card_blocked', 'wallet_below_zero'],
  },
  'GET /v1/cards/{cardId}/trips': {
    summary: 'The card’s history as trips, newest first.',
    caller: 'rider',
    params: cardParams,
    query: z.strictObject(page),
    response: z.strictObject({ trips: z.array(riderTrip), next: z.string().nullable() }),
    problems: ['card_not_found'],
  },
  'POST /v1/cards/{cardId}/trips/{tripId}/corrections': {
    summary: 'Ask the operator to correct a trip. Safe to repeat with the same requestId.',
    caller: 'rider',
    params: z.strictObject({ cardId: uuid, tripId: uuid }),
    body: correctionWish,
    status: 201,
    response: riderCorrection,
    problems: [
      'card_not_found',
      'trip_not_found',
      'nothing_missing',
      'correction_open',
      'too_many_corrections',
      'request_id_used',
    ],
  },
  'POST /v1/charges': {
    summary:
      'Trips from an operator’s outbox. Idempotent per trip and revision; one bad charge does not stop the others.',
    caller: 'service',
    body: z.strictObject({ charges: z.array(z.unknown()).min(1).max(maxChargesPerCall) }),
    // A full call with the longest names has 1 MB; the steps of the prices come on top.
    bodyLimitBytes: 8_000_000,
    response: z.strictObject({
      results: z
        .array(
          z.strictObject({
            result: z.enum(['applied', 'duplicate', 'refused']),
            code: z.string().optional(),
          }),
        )
        .describe('in the order of the charges'),
    }),
  },
} as const satisfies Api;
export type IssuerApi = typeof issuerApi;
