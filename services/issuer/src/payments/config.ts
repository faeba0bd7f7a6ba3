/** What the environment says about payment providers: each is configured whole or not at all. */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ConfigError, secretVariable } from '@vedong/runtime/config';
import { z } from 'zod';
import { bankAccountForm, bankBinForm } from './vietqr.ts';

const webAddress = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));

export const paymentVariables = {
  VIETQR_BANK_BIN: z.string().regex(bankBinForm, 'must be six digits').optional(),
  VIETQR_ACCOUNT: z.string().regex(bankAccountForm, 'must be an account number').optional(),
  /** The bank's public Ed25519 JWK: its notices must be signed by it. */
  VIETQR_NOTICE_KEY_FILE: z.string().min(1).optional(),
  /** Where our bank takes instructions to give a transfer back, and the secret they are signed with. */
  VIETQR_REFUND_URL: webAddress.optional(),
  VIETQR_REFUND_SECRET: secretVariable.optional(),
  VNPAY_TMN_CODE: z
    .string()
    .regex(/^\w{1,20}$/)
    .optional(),
  VNPAY_HASH_SECRET: secretVariable.optional(),
  VNPAY_PAY_URL: webAddress.optional(),
  /** Where VNPay takes the command `refund`. */
  VNPAY_API_URL: webAddress.optional(),
  TOP_UPS_PER_RIDER_PER_HOUR: z.coerce.number().int().min(1).max(100_000).optional(),
  /** Where a demo's riders pay without a bank. */
  DEMO_BANK_URL: webAddress.optional(),
};

type PaymentVariables = z.output<z.ZodObject<typeof paymentVariables>> & { DEMO: boolean };

export interface RefundAccess {
  url: string;
  secret: string;
}

/** Without the access to refunds, top-ups of that provider are not given back. */
export interface PaymentsConfig {
  vietqr: { bankBin: string; account: string; noticeKey: KeyObject; refund: RefundAccess | null } | null;
  vnpay: { tmnCode: string; hashSecret: string; payUrl: string; apiUrl: string | null } | null;
  topUpsPerRiderPerHour: number;
  demoBankUrl: string | null;
}

/** Throws ConfigError for half a provider and for a key file that holds none. */
export function paymentsConfig(variables: PaymentVariables): PaymentsConfig {
  const { DEMO } = variables;
  const vietqr = allOrNone(variables, ['VIETQR_BANK_BIN', 'VIETQR_ACCOUNT', 'VIETQR_NOTICE_KEY_FILE']);
  const vnpay = allOrNone(variables, ['VNPAY_TMN_CODE', 'VNPAY_HASH_SECRET', 'VNPAY_PAY_URL']);
  const vietqrRefund = allOrNone(variables, ['VIETQR_REFUND_URL', 'VIETQR_REFUND_SECRET']);
  return {
    vietqr: vietqr && {
      bankBin: vietqr.VIETQR_BANK_BIN,
      account: vietqr.VIETQR_ACCOUNT,
      noticeKey: readNoticeKey(vietqr.VIETQR_NOTICE_KEY_FILE),
      refund: vietqrRefund && {
        url: vietqrRefund.VIETQR_REFUND_URL,
        secret: vietqrRefund.VIETQR_REFUND_SECRET,
      },
    },
    vnpay: vnpay && {
      tmnCode: vnpay.VNPAY_TMN_CODE,
      hashSecret: vnpay.VNPAY_HASH_SECRET,
      payUrl: vnpay.VNPAY_PAY_URL,
      apiUrl: variables.VNPAY_API_URL ?? null,
    },
    topUpsPerRiderPerHour: variables.TOP_UPS_PER_RIDER_PER_HOUR ?? (DEMO ? 1000 : 20),
    demoBankUrl: (DEMO && variables.DEMO_BANK_URL) || null,
  };
}

function allOrNone<const K extends keyof PaymentVariables>(
  variables: PaymentVariables,
  names: readonly K[],
): { [N in K]: NonNullable<PaymentVariables[N]> } | null {
  const missing = names.filter((name) => variables[name] === undefined);
  if (missing.length === names.length) return null;
  if (missing.length > 0)
    throw new ConfigError(`${names.join(', ')} belong together: set ${missing.join(', ')} too, or none.`);
  return variables as { [N in K]: NonNullable<PaymentVariables[N]> };
}

const publicJwk = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[\w-]{43}$/),
  d: z.undefined().optional(),
});

function readNoticeKey(file: string): KeyObject {
  try {
    const { kty, crv, x } = publicJwk.parse(JSON.parse(readFileSync(file, 'utf8')));
    return createPublicKey({ key: { kty, crv, x }, format: 'jwk' });
  } catch {
    throw new ConfigError(
      `VIETQR_NOTICE_KEY_FILE: ${file} is not a readable public Ed25519 JWK of the bank.`,
    );
  }
}
