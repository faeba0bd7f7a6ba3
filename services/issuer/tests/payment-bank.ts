/** Both payment providers for tests: tells of payments, takes refunds, and answers as badly as a test wants. */
import { generateKeyPairSync, randomInt, randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { serve } from '@vedong/testing/http';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import { CompactSign, compactVerify } from 'jose';
import { transferInstruction } from '../src/payments/vietqr-refund.ts';
import { readVietQr } from '../src/payments/vietqr.ts';
import { signVnpay } from '../src/payments/vnpay.ts';
import {
  checksumOf,
  hasChecksum,
  refundAnswerFields,
  refundRequestFields,
} from '../src/payments/vnpay-refund.ts';
import { postJson, type IssuerUnderTest, type Rider } from './issuer-under-test.ts';

const hashSecret = 'vnpay-secret-of-the-tests-0123456789';
const refundSecret = 'refund-secret-of-the-tests-0123456789';

export interface PaymentBank {
  /** The issuer's, with which this bank is both providers. */
  variables: Record<string, string>;
  /** What it gave back, once each, however often it was asked. */
  givenBack: { provider: 'vietqr' | 'vnpay'; id: string; amount: number; type: string | null }[];
  reset(): void;
  answerRefundsWith(code: string): void;
  loseAnswers(areLost: boolean): void;
  forgeAnswers(): void;
  /** Begins a top-up and pays it; gives its id. */
  pay(
    issuer: IssuerUnderTest,
    rider: Rider,
    payment: { amount: number; provider: 'vietqr' | 'vnpay' },
  ): Promise<string>;
  /** Tells of a transfer with this text. */
  tell(
    issuer: IssuerUnderTest,
    transfer: { noticeId?: string; reference: string; amount: number },
  ): Promise<unknown>;
  stop(): Promise<void>;
}

export async function startPaymentBank(): Promise<PaymentBank> {
  const folder = makeTemporaryFolder();
  const keyFile = join(folder, 'bank.public.json');
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(keyFile, JSON.stringify(publicKey.export({ format: 'jwk' })));
  const givenBack: PaymentBank['givenBack'] = [];
  let refusal: string | null = null;
  let isLosing = false;
  let isForging = false;
  const giveBack = (refund: PaymentBank['givenBack'][number]): boolean => {
    if (refusal || givenBack.some(({ id }) => id === refund.id)) return false;
    givenBack.push(refund);
    return true;
  };
  const answerRequest = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await json(request);
    const answer =
      request.url === '/vietqr' ? await answerBank(body) : answerVnpay(body as Record<string, string>);
    if (isLosing) response.destroy();
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  };
  const server = await serve((request, response) => void answerRequest(request, response));
  async function answerBank(body: unknown): Promise<object> {
    const { payload } = await compactVerify(
      (body as { instruction: string }).instruction,
      Buffer.from(refundSecret),
    );
    const { instructionId, amount } = transferInstruction.parse(
      JSON.parse(new TextDecoder().decode(payload)),
    );
    if (refusal) return { state: 'refused', code: refusal };
    giveBack({ provider: 'vietqr', id: instructionId, amount, type: null });
    return { state: 'accepted', transferId: 'FT-back' };
  }
  function answerVnpay(body: Record<string, string>): object {
    const id = body['vnp_RequestId']!;
    const isSigned = hasChecksum(hashSecret, refundRequestFields, body);
    const isNew =
      isSigned &&
      giveBack({
        provider: 'vnpay',
        id,
        amount: Number(body['vnp_Amount']) / 100,
        type: body['vnp_TransactionType']!,
      });
    const code = !isSigned ? '97' : (refusal ?? (isNew ? '00' : '94'));
    const answer: Record<string, string> = {
      vnp_ResponseId: 'r1',
      vnp_ResponseCode: code,
      vnp_TxnRef: body['vnp_TxnRef']!,
      vnp_Amount: body['vnp_Amount']!,
      vnp_TransactionNo: '14422574',
      vnp_TransactionStatus: '05',
    };
    const secret = isForging ? 'another-secret' : hashSecret;
    return { ...answer, vnp_SecureHash: checksumOf(secret, refundAnswerFields, answer) };
  }
  const tell: PaymentBank['tell'] = async (issuer, { noticeId = `FT${randomUUID()}`, reference, amount }) => {
    const payload = { noticeId, reference, amount, currency: 'VND', at: '2026-11-23T10:05:00+07:00' };
    const notice = await new CompactSign(Buffer.from(JSON.stringify(payload)))
      .setProtectedHeader({ alg: 'EdDSA', typ: 'payment-notice' })
      .sign(privateKey);
    return (await postJson(`${issuer.url}/v1/payment-notices/vietqr`, { notice })).json();
  };
  return {
    variables: {
      VIETQR_BANK_BIN: '970436',
      VIETQR_ACCOUNT: '0123456789',
      VIETQR_NOTICE_KEY_FILE: keyFile,
      VIETQR_REFUND_URL: `${server.url}/vietqr`,
      VIETQR_REFUND_SECRET: refundSecret,
      VNPAY_TMN_CODE: 'VEDONG01',
      VNPAY_HASH_SECRET: hashSecret,
      VNPAY_PAY_URL: 'https://pay.example/vpcpay.html',
      VNPAY_API_URL: `${server.url}/vnpay`,
    },
    givenBack,
    reset() {
      givenBack.length = 0;
      refusal = null;
      isLosing = false;
      isForging = false;
    },
    answerRefundsWith: (code) => void (refusal = code),
    loseAnswers: (areLost) => void (isLosing = areLost),
    forgeAnswers: () => void (isForging = true),
    tell,
    async pay(issuer, rider, body) {
      const topUp = await rider.call('POST /v1/top-ups', { body });
      if (topUp.qrText) {
        await tell(issuer, { reference: readVietQr(topUp.qrText).purpose!, amount: body.amount });
        return topUp.topUpId;
      }
      const report: Record<string, string> = {
        vnp_Amount: String(body.amount * 100),
        vnp_TmnCode: 'VEDONG01',
        vnp_TxnRef: new URL(topUp.payUrl!).searchParams.get('vnp_TxnRef')!,
        vnp_TransactionNo: String(randomInt(1e11, 1e12)),
        vnp_ResponseCode: '00',
        vnp_TransactionStatus: '00',
        vnp_PayDate: '20261123100500',
      };
      const query = { ...report, vnp_SecureHash: signVnpay(hashSecret, report) };
      await issuer.anyone('GET /v1/payment-notices/vnpay', { query });
      return topUp.topUpId;
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
