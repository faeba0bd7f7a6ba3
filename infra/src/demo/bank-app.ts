/** The demo's counterpart of both payment providers: pays VietQR codes, is VNPay's page to pay at, and gives back. */
import { randomInt, sign, type KeyObject } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { createClient, type IssuerApi } from '@vedong/contracts';
import { readVietQr, VietQrError, type VietQr } from '@vedong/issuer/payments/vietqr';
import { isSignedByVnpay, signVnpay, vnpayDate, type VnpayParameters } from '@vedong/issuer/payments/vnpay';
import { createRefunds, type BankRefunds } from './bank-refunds.ts';
import { homePage, problemPage, transferPage, transferredPage, vnpayPage } from './bank-pages.ts';

export interface BankOptions {
  /** Who is told of payments, and where riders go back to. */
  issuerUrl: string;
  /** Private Ed25519 key that signs notices of transfers. */
  noticeKey: KeyObject;
  vnpayHashSecret: string;
  /** Signs the instructions to give transfers back. */
  refundSecret: string;
}

interface Answer {
  status: number;
  html?: string;
  json?: object;
  location?: string;
}

const page = (html: string): Answer => ({ status: 200, html });
const refusal = (vi: string, en: string): Answer => ({ status: 400, html: problemPage(vi, en) });

export function createBank(options: BankOptions): RequestListener {
  const refunds = createRefunds(options);
  return (request, response) => {
    answer(options, refunds, request)
      .catch((error: unknown): Answer => {
        const html = problemPage(
          'Không báo được cho nơi bán vé.',
          `The issuer was not told: ${String(error)}`,
        );
        return { status: 502, html };
      })
      .then((result) => send(response, result, options.issuerUrl))
      .catch((error: unknown) => response.destroy(error as Error));
  };
}

async function answer(options: BankOptions, refunds: BankRefunds, request: IncomingMessage): Promise<Answer> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://bank');
  switch (`${request.method} ${pathname}`) {
    case 'GET /readyz':
    case 'GET /':
      return page(homePage());
    case 'GET /vietqr':
      return withCode(searchParams.get('qr') ?? '', (qr, code) => page(transferPage(qr, code)));
    case 'POST /vietqr': {
      const form = await readForm(request);
      return withCode(form.get('qr') ?? '', (qr) => transfer(options, qr, Number(form.get('amount'))));
    }
    case 'GET /vnpay':
      return withOrder(options, searchParams, (order) => page(vnpayPage(order)));
    case 'POST /vnpay': {
      const form = await readForm(request);
      return withOrder(options, form, (order) => settle(options, order, form.get('choice') === 'pay'));
    }
    case 'POST /vietqr/refunds':
      return { status: 200, json: await refunds.giveTransferBack(await readJson(request)) };
    case 'POST /vnpay/transaction':
      return { status: 200, json: refunds.giveVnpayBack(await readJson(request)) };
    default:
      return { status: 404, html: problemPage('Không có trang này.', 'There is no such page.') };
  }
}

/** What banking apps do with a code they cannot read: say so. */
async function withCode(code: string, use: (qr: VietQr, code: string) => Answer | Promise<Answer>) {
  try {
    return await use(readVietQr(code.trim()), code.trim());
  } catch (error) {
    if (!(error instanceof VietQrError)) throw error;
    return refusal('Mã này không phải mã VietQR đúng.', `This is no VietQR code: ${error.message}.`);
  }
}

/** Signs the notice of a transfer and sends it; the amount may be another than the code's, as at any bank. */
async function transfer({ issuerUrl, noticeKey }: BankOptions, qr: VietQr, amount: number): Promise<Answer> {
  if (!Number.isSafeInteger(amount) || amount < 1)
    return refusal('Số tiền phải là số đồng nguyên dương.', 'The amount must be whole dong.');
  const noticeId = `FT${randomDigits()}`;
  const notice = signNotice(noticeKey, {
    noticeId,
    reference: `DEMOBANK ${noticeId} ${qr.purpose ?? ''}`,
    amount,
    currency: 'VND',
    at: new Date().toISOString(),
  });
  const tell = () =>
    createClient<IssuerApi>(issuerUrl)('POST /v1/payment-notices/vietqr', { body: { notice } });
  const { outcome } = await tell();
  await tell(); // real banks repeat themselves too: it must be credited once
  return page(transferredPage({ noticeId, amount, isCredited: outcome === 'credited', issuerUrl }));
}

function signNotice(key: KeyObject, payload: object): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode({ alg: 'EdDSA', typ: 'payment-notice' })}.${encode(payload)}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`;
}

/** An order whose signature is wrong is refused, as VNPay does. */
function withOrder(
  { vnpayHashSecret }: BankOptions,
  parameters: URLSearchParams,
  use: (order: VnpayParameters) => Answer | Promise<Answer>,
): Answer | Promise<Answer> {
  const order = Object.fromEntries(parameters);
  return isSignedByVnpay(vnpayHashSecret, order)
    ? use(order)
    : refusal('Sai chữ ký của nơi bán vé.', 'The signature of the order is wrong.');
}

/** Tells the issuer by IPN, then sends the rider back with the same words. */
async function settle(
  { issuerUrl, vnpayHashSecret }: BankOptions,
  order: VnpayParameters,
  isPaid: boolean,
): Promise<Answer> {
  const report: Record<string, string> = {
    vnp_Amount: order['vnp_Amount'] ?? '',
    vnp_BankCode: 'NCB',
    vnp_OrderInfo: order['vnp_OrderInfo'] ?? '',
    vnp_PayDate: vnpayDate(new Date()),
    vnp_ResponseCode: isPaid ? '00' : '24',
    vnp_TmnCode: order['vnp_TmnCode'] ?? '',
    vnp_TransactionNo: isPaid ? randomDigits() : '0',
    vnp_TransactionStatus: isPaid ? '00' : '02',
    vnp_TxnRef: order['vnp_TxnRef'] ?? '',
  };
  const query = { ...report, vnp_SecureHash: signVnpay(vnpayHashSecret, report) };
  await createClient<IssuerApi>(issuerUrl)('GET /v1/payment-notices/vnpay', { query });
  const back = new URL(order['vnp_ReturnUrl'] ?? issuerUrl);
  for (const [name, value] of Object.entries(query)) back.searchParams.set(name, value);
  return { status: 303, location: back.href };
}

const randomDigits = () => String(randomInt(1e11, 1e12));

async function readJson(request: IncomingMessage): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? Infinity) > 20_000) throw new Error('the body is too long');
  return JSON.parse(await text(request));
}

/** Forms of these pages have a few hundred bytes. */
async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  if (Number(request.headers['content-length'] ?? Infinity) > 20_000) throw new Error('the form is too long');
  return new URLSearchParams(await text(request));
}

function send(response: ServerResponse, { status, html, json, location }: Answer, issuerUrl: string): void {
  response.writeHead(status, {
    'content-type': json ? 'application/json' : 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    // A form's answer may send the rider back to the app.
    'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; form-action 'self' ${issuerUrl}; frame-ancestors 'none'; base-uri 'none'`,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    ...(location ? { location } : {}),
  });
  response.end(json ? JSON.stringify(json) : html);
}
