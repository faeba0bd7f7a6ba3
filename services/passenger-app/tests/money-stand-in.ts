/** The money half of the issuer in memory: a wallet, payments that a test makes arrive, passes, stories of trips. */
import { randomUUID } from 'node:crypto';
import type { IssuerApi } from '@vedong/contracts/issuer';
import type { CorrectionWish, RiderCorrection } from '@vedong/contracts/corrections';
import type { ResponseOf } from '@vedong/contracts/endpoint';
import type { moneyApi, Pass, PassProduct, TopUp, WalletEntry } from '@vedong/contracts/money';
import type { RiderTrip } from '@vedong/contracts/rider-trip';
import { ServiceError } from '@vedong/runtime/problem';
import type { Routes } from './issuer-stand-in.ts';

type MoneyApi = typeof moneyApi;
export type MoneyRoute = keyof MoneyApi & keyof IssuerApi;
type Story = ResponseOf<MoneyApi['GET /v1/cards/{cardId}/trips/{tripId}']>;
type Sale = ResponseOf<MoneyApi['GET /v1/products']>;

export const dong = (amount: number) => ({ amount, currency: 'VND' });

export interface Money {
  balance: number;
  /** Newest first. */
  entries: WalletEntry[];
  topUps: TopUp[];
  /** Given to the next top-ups. */
  demoPayUrl: string | undefined;
  /** A code that every new top-up is refused with. */
  refuseTopUpsWith: string | null;
  products: PassProduct[];
  lines: Sale['lines'];
  passes: Pass[];
  /** A code that every purchase is refused with. */
  refusePurchasesWith: string | null;
  /** Purchases go through, but the answers are lost. */
  losesAnswers: boolean;
  purchaseIds: string[];
  stories: Map<string, Omit<Story, 'trip'>>;
  /** A code that every request for a correction is refused with. */
  refuseCorrectionsWith: string | null;
  /** Moves money as the ledger would. */
  move: (movement: Pick<WalletEntry, 'kind' | 'subject'> & { amount: number; tripId?: string }) => void;
  /** The bank or VNPay tells of a payment. */
  pay: (amount?: number) => void;
}

/** A VietQR code of the public examples, with a purpose. */
const qrText =
  '00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN62340107NPS68690819thanh toan don hang63042E2E';

export function createMoney(): Money {
  const money: Money = {
    balance: 0,
    entries: [],
    topUps: [],
    demoPayUrl: undefined,
    refuseTopUpsWith: null,
    products: [],
    lines: undefined,
    passes: [],
    refusePurchasesWith: null,
    losesAnswers: false,
    purchaseIds: [],
    stories: new Map(),
    refuseCorrectionsWith: null,
    move: ({ kind, subject, amount, tripId = null }) => {
      money.balance += amount;
      money.entries.unshift({
        entryId: randomUUID(),
        transactionId: randomUUID(),
        at: new Date().toISOString(),
        kind,
        subject,
        amount: dong(amount),
        balanceAfter: dong(money.balance),
        tripId,
      });
    },
    pay: (amount) => {
      const topUp = money.topUps.at(-1)!;
      const paid = amount ?? topUp.amount.amount;
      Object.assign(topUp, { state: 'paid', paidAmount: dong(paid) });
      money.move({ kind: 'top_up', subject: '', amount: paid });
    },
  };
  return money;
}

export function moneyRoutes(money: Money, trips: RiderTrip[]): Pick<Routes, MoneyRoute> {
  const notHere = () => Promise.reject(new ServiceError(404, 'not_found'));
  return {
    'GET /v1/wallet': () => ({
      balance: dong(money.balance),
      lowestBalance: dong(-20_000),
      mayRide: money.balance >= 0,
    }),
    'GET /v1/wallet/entries': ({ query }) => {
      const end = Number(query.after ?? 0) + query.limit;
      const next = end < money.entries.length ? String(end) : null;
      return { entries: money.entries.slice(end - query.limit, end), next };
    },
    'POST /v1/top-ups': ({ body, request }) => {
      if (money.refuseTopUpsWith) throw new ServiceError(409, money.refuseTopUpsWith);
      const isQr = body.provider === 'vietqr';
      const topUp: TopUp = {
        topUpId: randomUUID(),
        provider: body.provider,
        amount: dong(body.amount),
        state: 'waiting',
        expiresAt: new Date(Date.now() + 900_000).toISOString(),
        paidAmount: null,
        qrText: isQr ? qrText : null,
        payUrl: isQr ? null : `http://${request.get('host')}/healthz?vnpay`,
        ...(isQr && money.demoPayUrl ? { demoPayUrl: money.demoPayUrl } : {}),
      };
      money.topUps.push(topUp);
      return topUp;
    },
    'GET /v1/top-ups/{topUpId}': ({ params }) => {
      const topUp = money.topUps.find(({ topUpId }) => topUpId === params.topUpId);
      if (!topUp) throw new ServiceError(404, 'top_up_not_found');
      return topUp;
    },
    'POST /v1/payment-notices/vietqr': notHere,
    'GET /v1/payment-notices/vnpay': notHere,
    'GET /v1/products': () => ({ products: money.products, ...(money.lines ? { lines: money.lines } : {}) }),
    'GET /v1/cards/{cardId}/passes': () => ({ passes: money.passes }),
    'POST /v1/cards/{cardId}/passes': ({ body }) => {
      if (money.refusePurchasesWith) throw new ServiceError(409, money.refusePurchasesWith);
      const pass = buy(money, body);
      if (money.losesAnswers) throw new ServiceError(503, 'not_ready');
      return pass;
    },
    'GET /v1/cards/{cardId}/trips/{tripId}': ({ params }) => {
      const trip = trips.find(({ tripId }) => tripId === params.tripId);
      if (!trip) throw new ServiceError(404, 'trip_not_found');
      return { trip, ...(money.stories.get(trip.tripId) ?? { pricing: null, entries: [], corrections: [] }) };
    },
  };
}

/** A request that waits from then on in the trip's story. */
export function ask(money: Money, tripId: string, wish: CorrectionWish): RiderCorrection {
  const story = money.stories.get(tripId) ?? { pricing: null, entries: [], corrections: [] };
  const request = { ...wish, askedAt: new Date().toISOString(), state: 'waiting' as const };
  const correction = { request, answer: null };
  money.stories.set(tripId, { ...story, corrections: [...story.corrections, correction] });
  return correction;
}

function buy(
  money: Money,
  { productNo, lineId, purchaseId }: { productNo: number; lineId: string | null; purchaseId: string },
): Pass {
  const before = money.passes[money.purchaseIds.indexOf(purchaseId)];
  if (before) return before;
  const product = money.products.find((sold) => sold.productNo === productNo);
  if (!product) throw new ServiceError(409, 'product_not_on_sale');
  if (money.balance < product.price.amount) throw new ServiceError(409, 'balance_too_low');
  const now = Date.now();
  const pass: Pass = {
    passId: randomUUID(),
    productNo,
    nameVi: product.nameVi,
    nameEn: product.nameEn,
    lineId,
    price: product.price,
    boughtAt: new Date(now).toISOString(),
    startsAt: product.activation === 'purchase' ? new Date(now).toISOString() : null,
    endsAt:
      product.activation === 'purchase'
        ? new Date(now + product.durationDays * 86_400_000).toISOString()
        : null,
    isGivenBack: false,
  };
  money.passes.unshift(pass);
  money.purchaseIds.unshift(purchaseId);
  money.move({ kind: 'pass', subject: product.nameVi, amount: -product.price.amount });
  return pass;
}
