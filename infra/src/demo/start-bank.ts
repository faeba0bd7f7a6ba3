/** Starts the demo bank, and tells the issuer's configuration of it. */
import { createPublicKey } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Secrets } from '../data-folder.ts';
import type { ManagedProcess } from '../processes.ts';
import { saysReady, startProgram } from '../services.ts';

/** The issuer's variables with which the demo bank plays both payment providers. */
export function demoPayments(dataFolder: string, secrets: Secrets, bankUrl: string): Record<string, string> {
  const noticeKeyFile = join(dataFolder, 'bank-notice-key.public.json');
  writeFileSync(
    noticeKeyFile,
    JSON.stringify(createPublicKey(secrets.bankNoticeKey).export({ format: 'jwk' })),
  );
  return {
    VIETQR_BANK_BIN: '970436',
    VIETQR_ACCOUNT: '0123456789',
    VIETQR_NOTICE_KEY_FILE: noticeKeyFile,
    VIETQR_REFUND_URL: `${bankUrl}/vietqr/refunds`,
    VIETQR_REFUND_SECRET: secrets.bankRefundSecret,
    VNPAY_TMN_CODE: 'VEDONG01',
    VNPAY_HASH_SECRET: secrets.vnpayHashSecret,
    VNPAY_PAY_URL: `${bankUrl}/vnpay`,
    VNPAY_API_URL: `${bankUrl}/vnpay/transaction`,
    DEMO_BANK_URL: bankUrl,
  };
}

export const startDemoBank = (options: {
  port: number;
  issuerUrl: string;
  secrets: Secrets;
  logFolder: string;
}): Promise<ManagedProcess> =>
  startProgram({
    name: 'demo bank',
    path: 'infra/src/demo/bank.ts',
    logFolder: options.logFolder,
    env: {
      PORT: String(options.port),
      ISSUER_URL: options.issuerUrl,
      BANK_NOTICE_KEY: options.secrets.bankNoticeKey,
      BANK_REFUND_SECRET: options.secrets.bankRefundSecret,
      VNPAY_HASH_SECRET: options.secrets.vnpayHashSecret,
    },
    isReady: () => saysReady(options.port),
  });
