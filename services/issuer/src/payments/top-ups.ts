/** Begins top-ups and shows them to their riders. */
import type { TopUp } from '@vedong/contracts';
import { instantOf } from '@vedong/runtime/clock';
import { ServiceError } from '@vedong/runtime/problem';
import { createRateLimiter } from '@vedong/runtime/rate-limit';
import type { IssuerDb } from '../db/database.ts';
import { findTopUp, insertTopUp, type TopUpRow } from '../db/top-ups.ts';
import type { Issuer } from '../issuer.ts';
import type { PaymentsConfig } from './config.ts';
import type { PaymentProvider } from './provider.ts';
import { newReference } from './reference.ts';
import { createVietqrProvider } from './vietqr-provider.ts';
import { createVnpayProvider } from './vnpay-provider.ts';
import type { VnpayParameters } from './vnpay.ts';

const topUpLifetimeSeconds = 30 * 60;

export interface Payments {
  vietqr: PaymentProvider<string> | null;
  vnpay: PaymentProvider<VnpayParameters> | null;
  /** Throws `too_many_requests`. */
  countTopUp(riderId: string): Promise<void>;
  /** Throws `too_many_requests`. */
  countRefund(riderId: string): Promise<void>;
}

export function createPayments(db: IssuerDb, config: PaymentsConfig, publicUrl: string): Payments {
  // As many refunds as top-ups: each is of something that was paid.
  const limit = { tries: config.topUpsPerRiderPerHour, perSeconds: 3600 };
  const topUps = createRateLimiter(db, { ...limit, name: 'top-up' });
  const refunds = createRateLimiter(db, { ...limit, name: 'refund' });
  return {
    vietqr: config.vietqr && createVietqrProvider(config.vietqr),
    vnpay: config.vnpay && createVnpayProvider(config.vnpay, publicUrl),
    countTopUp: (riderId) => topUps.count(riderId),
    countRefund: (riderId) => refunds.count(riderId),
  };
}

/** Throws `provider_not_configured`. */
export function getProvider<N extends TopUp['provider']>(
  payments: Payments,
  name: N,
): NonNullable<Payments[N]> {
  const provider = payments[name];
  if (provider === null)
    throw new ServiceError(409, 'provider_not_configured', {
      detail: `No account with ${name} is set up here.`,
    });
  return provider;
}

/** Throws `provider_not_configured`, `too_many_requests`. */
export async function beginTopUp(
  { db, clock, config, newId, payments }: Issuer,
  rider: { riderId: string; address: string },
  wanted: { provider: TopUp['provider']; amount: number },
): Promise<TopUp> {
  const provider = getProvider(payments, wanted.provider);
  await payments.countTopUp(rider.riderId);
  const now = clock.nowMilliseconds();
  const order = {
    topUpId: newId(),
    reference: newReference(),
    amount: wanted.amount,
    createdAt: new Date(now),
    expiresAt: new Date(now + topUpLifetimeSeconds * 1000),
  };
  const { qrText, payUrl } = provider.begin({ ...order, address: rider.address });
  const row = await insertTopUp(db, {
    top_up_id: order.topUpId,
    rider_id: rider.riderId,
    provider: provider.name,
    reference: order.reference,
    amount: order.amount,
    qr_text: qrText,
    pay_url: payUrl,
    created_at: order.createdAt,
    expires_at: order.expiresAt,
  });
  return toTopUp(row, now, config.payments);
}

/** Throws `top_up_not_found`, for somebody else's too: nobody learns that it exists. */
export async function getTopUp(
  { db, clock, config }: Pick<Issuer, 'db' | 'clock' | 'config'>,
  riderId: string,
  topUpId: string,
): Promise<TopUp> {
  const row = await findTopUp(db, riderId, topUpId);
  if (!row) throw new ServiceError(404, 'top_up_not_found', { detail: 'You have no such top-up.' });
  return toTopUp(row, clock.nowMilliseconds(), config.payments);
}

function toTopUp(row: TopUpRow, nowMilliseconds: number, { demoBankUrl }: PaymentsConfig): TopUp {
  const hasDemoPage = demoBankUrl !== null && row.qr_text !== null;
  return {
    topUpId: row.top_up_id,
    provider: row.provider,
    amount: { amount: row.amount, currency: 'VND' },
    state: stateOf(row, nowMilliseconds),
    expiresAt: instantOf(row.expires_at.getTime()),
    paidAmount: row.paid_amount === 0 ? null : { amount: row.paid_amount, currency: 'VND' },
    qrText: row.qr_text,
    payUrl: row.pay_url,
    ...(hasDemoPage
      ? { demoPayUrl: `${demoBankUrl}/vietqr?qr=${encodeURIComponent(row.qr_text ?? '')}` }
      : {}),
  };
}

function stateOf(row: TopUpRow, nowMilliseconds: number): TopUp['state'] {
  if (row.paid_amount > 0) return 'paid';
  if (row.is_failed) return 'failed';
  return nowMilliseconds < row.expires_at.getTime() ? 'waiting' : 'expired';
}
