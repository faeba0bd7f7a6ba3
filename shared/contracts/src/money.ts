/** The money part of the issuer's API: wallet, top-ups, passes, the story of a trip, receipts. */
import { z } from 'zod';
import { identifier, instant, mode, money, page, pricing, uuid } from './common.ts';
import { riderCorrection } from './corrections.ts';
import type { Api } from './endpoint.ts';
import { riderTrip } from './rider-trip.ts';

const cardParams = z.strictObject({ cardId: uuid });

export const movementKind = z.enum([
  'top_up',
  'trip',
  'trip_adjustment',
  'pass',
  'refund',
  'correction',
  'welcome',
]);

/** One movement of a rider's wallet; positive amounts came in. Never changed afterwards: a correction is another one. */
export const walletEntry = z.strictObject({
  entryId: uuid,
  at: instant,
  /** Of its receipt. */
  transactionId: uuid,
  kind: movementKind,
  amount: money,
  balanceAfter: money,
  tripId: uuid.nullable(),
  /** The line of a trip, the name of a pass, the reference of a top-up as the bank knows it. */
  subject: z.string(),
});
export type WalletEntry = z.output<typeof walletEntry>;

export const wallet = z.strictObject({
  balance: money,
  /** How far below zero a ride may take the wallet, as a negative amount. */
  lowestBalance: money,
  /** False once the wallet is below zero: no further codes until it is settled. */
  mayRide: z.boolean(),
});
export type Wallet = z.output<typeof wallet>;

export const paymentProviders = ['vietqr', 'vnpay'] as const;

export const topUp = z.strictObject({
  topUpId: uuid,
  provider: z.enum(paymentProviders),
  amount: money,
  /** `failed`: the provider says it was not paid, as after "cancel". A late payment still makes it `paid`. */
  state: z.enum(['waiting', 'paid', 'failed', 'expired']),
  expiresAt: instant,
  /** What was really paid, which is what the wallet got: a bank transfer may be of another amount. */
  paidAmount: money.nullable(),
  /** VietQR: the EMVCo text to show as a QR code. */
  qrText: z.string().nullable(),
  /** VNPay: where to send the rider to pay. */
  payUrl: z.string().nullable(),
  /** VietQR: the page of the demo bank that pays this code. */
  demoPayUrl: z.string().optional().describe('only where the service runs as a demo'),
});
export type TopUp = z.output<typeof topUp>;

/** A pass on sale; names and rules come from the tariff in force. */
export const passProduct = z.strictObject({
  productNo: z.int().min(1).max(65535),
  nameVi: z.string(),
  nameEn: z.string(),
  price: money,
  modes: z.array(mode),
  /** `line`: the rider chooses one line; `network`: good on every line of its modes. */
  scope: z.enum(['line', 'network']),
  durationDays: z.int().min(1),
  activation: z.enum(['purchase', 'first_use']),
  /** Concession classes that may buy it. */
  concessions: z.array(z.int()),
});
export type PassProduct = z.output<typeof passProduct>;

export const pass = z.strictObject({
  passId: uuid,
  productNo: z.int(),
  nameVi: z.string(),
  nameEn: z.string(),
  lineId: identifier.nullable(),
  price: money,
  boughtAt: instant,
  /** Null until a pass that begins with its first use has been used. */
  startsAt: instant.nullable(),
  endsAt: instant.nullable(),
  /** Its price, or that of the days after `endsAt`, was given back or is being asked for. */
  isGivenBack: z.boolean(),
});
export type Pass = z.output<typeof pass>;

export const moneyApi = {
  'GET /v1/wallet': { summary: 'My balance.', caller: 'rider', response: wallet },
  'GET /v1/wallet/entries': {
    summary: 'Movements of my wallet, newest first.',
    caller: 'rider',
    query: z.strictObject(page),
    response: z.strictObject({ entries: z.array(walletEntry), next: z.string().nullable() }),
  },
  'POST /v1/top-ups': {
    summary: 'Begin a top-up: gives a VietQR code or an address to pay at.',
    caller: 'rider',
    body: z.strictObject({
      provider: z.enum(paymentProviders),
      amount: z.int().min(10_000).max(10_000_000).describe('whole dong'),
    }),
    status: 201,
    response: topUp,
    problems: ['too_many_requests', 'provider_not_configured'],
  },
  'GET /v1/top-ups/{topUpId}': {
    summary: 'A top-up of mine and whether it has been paid.',
    caller: 'rider',
    params: z.strictObject({ topUpId: uuid }),
    response: topUp,
    problems: ['top_up_not_found'],
  },
  'POST /v1/payment-notices/vietqr': {
    summary: 'The bank tells of a transfer. Told again, it is answered the same and credited once.',
    caller: 'anyone',
    body: z.strictObject({
      notice: z
        .string()
        .max(4000)
        .describe(
          'EdDSA compact JWS by the bank: header {alg, typ: "payment-notice"}, payload {noticeId, reference, amount, currency, at}; noticeId is the bank’s own id of the transfer',
        ),
    }),
    response: z.strictObject({
      outcome: z.enum(['credited', 'unmatched']).describe('unmatched: kept for staff, no top-up is named'),
    }),
    problems: ['notice_not_trusted', 'bad_notice', 'notice_conflict', 'provider_not_configured'],
  },
  'GET /v1/payment-notices/vnpay': {
    summary: 'The IPN of VNPay 2.1.0, answered by its published rules.',
    caller: 'anyone',
    query: z.record(z.string(), z.string()),
    response: z.strictObject({ RspCode: z.string(), Message: z.string() }),
    problems: ['provider_not_configured'],
  },
  'GET /v1/products': {
    summary: 'Passes on sale now.',
    caller: 'anyone',
    response: z.strictObject({
      products: z.array(passProduct),
      /** To choose from for passes of scope `line`; while it is absent, pages do not offer these. */
      lines: z
        .array(z.strictObject({ lineId: identifier, nameVi: z.string(), nameEn: z.string(), mode }))
        .optional(),
    }),
  },
  'GET /v1/cards/{cardId}/passes': {
    summary: 'Passes of a card, the newest first.',
    caller: 'rider',
    params: cardParams,
    response: z.strictObject({ passes: z.array(pass) }),
    problems: ['card_not_found'],
  },
  'POST /v1/cards/{cardId}/passes': {
    summary: 'Buy a pass from the wallet.',
    caller: 'rider',
    params: cardParams,
    body: z.strictObject({
      productNo: z.int().min(1).max(65535),
      lineId: identifier.nullable().default(null),
      /** Made by the caller: the same purchase sent twice is one purchase. */
      purchaseId: uuid,
    }),
    status: 201,
    response: pass,
    problems: [
      'card_not_found',
      'product_not_on_sale',
      'line_needed',
      'line_not_found',
      'concession_needed',
      'balance_too_low',
      'pass_overlaps',
      'purchase_id_used',
    ],
  },
  'GET /v1/cards/{cardId}/trips/{tripId}': {
    summary: 'The whole story of a trip: taps, tariff, pass or cap, money moved.',
    caller: 'rider',
    params: z.strictObject({ cardId: uuid, tripId: uuid }),
    response: z.strictObject({
      trip: riderTrip,
      pricing: pricing.nullable(),
      entries: z.array(walletEntry),
      corrections: z.array(riderCorrection).describe('the oldest first'),
    }),
    problems: ['card_not_found', 'trip_not_found'],
  },
} as const satisfies Api;
