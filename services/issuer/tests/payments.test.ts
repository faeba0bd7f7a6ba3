/** Top-ups and what payment providers tell of them, down to the ledger's balances. */
import { generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import { CompactSign } from 'jose';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { getBalance } from '../src/db/ledger.ts';
import { readVietQr } from '../src/payments/vietqr.ts';
import { isSignedByVnpay, signVnpay } from '../src/payments/vnpay.ts';
import { postJson, problemOf, startIssuer, type IssuerUnderTest, type Rider } from './issuer-under-test.ts';
import { listUnbalancedWallets } from './ledger-sums.ts';

const folder = makeTemporaryFolder();
const noticeKeyFile = join(folder, 'bank.public.json');
const bank = generateKeyPairSync('ed25519');
writeFileSync(noticeKeyFile, JSON.stringify(bank.publicKey.export({ format: 'jwk' })));
const hashSecret = 'vnpay-secret-of-the-tests-0123456789';
const providers = {
  VIETQR_BANK_BIN: '970436',
  VIETQR_ACCOUNT: '0123456789',
  VIETQR_NOTICE_KEY_FILE: noticeKeyFile,
  VNPAY_TMN_CODE: 'VEDONG01',
  VNPAY_HASH_SECRET: hashSecret,
  VNPAY_PAY_URL: 'https://pay.example/vpcpay.html',
  DEMO_BANK_URL: 'http://localhost:8060',
};

let issuer: IssuerUnderTest;
let rider: Rider;
let riderCount = 0;
const newRider = () => issuer.signIn(`09120001${String((riderCount += 1)).padStart(2, '0')}`);
beforeAll(async () => {
  issuer = await startIssuer(providers);
  rider = await newRider();
});
afterAll(async () => {
  await issuer.stop();
  rmSync(folder, { recursive: true });
});

const balanceOf = ({ riderId }: Rider) => getBalance(issuer.db, riderId);

async function clearingBalance(provider: string): Promise<number> {
  const { rows } = await sql<{ sum: number }>`
    select coalesce(sum(amount), 0)::bigint as sum from accounts join entries using (account_id)
    where kind = 'provider_clearing' and owner = ${provider}`.execute(issuer.db);
  return rows[0]!.sum;
}

const noticesOf = (reference: string) =>
  issuer.db.selectFrom('payment_notices').where('reference', '=', reference).selectAll().execute();

async function begin(who: Rider, provider: 'vietqr' | 'vnpay', amount = 50_000) {
  const topUp = await who.call('POST /v1/top-ups', { body: { provider, amount } });
  const reference = topUp.qrText
    ? readVietQr(topUp.qrText).purpose!
    : new URL(topUp.payUrl!).searchParams.get('vnp_TxnRef')!;
  const read = () => who.call('GET /v1/top-ups/{topUpId}', { params: { topUpId: topUp.topUpId } });
  return { topUp, reference, read };
}

type Notice = Record<string, unknown>;
const noticeOf = (reference: string, changes: Notice = {}): Notice => ({
  noticeId: `FT${randomUUID()}`,
  reference,
  amount: 50_000,
  currency: 'VND',
  at: '2026-11-23T10:05:00+07:00',
  ...changes,
});
const sign = (payload: unknown, key: KeyObject = bank.privateKey, typ = 'payment-notice') =>
  new CompactSign(Buffer.from(JSON.stringify(payload))).setProtectedHeader({ alg: 'EdDSA', typ }).sign(key);
const send = async (notice: string): Promise<{ status: number; answer: Record<string, unknown> }> => {
  const response = await postJson(`${issuer.url}/v1/payment-notices/vietqr`, { notice });
  return { status: response.status, answer: (await response.json()) as Record<string, unknown> };
};
const tell = async (notice: Notice) => send(await sign(notice));
const credited = { status: 200, answer: { outcome: 'credited' } };
const unmatched = { status: 200, answer: { outcome: 'unmatched' } };

describe('a top-up by VietQR', () => {
  it('gives a code with amount and reference, is paid by a notice, and stands in the ledger', async () => {
    const payer = await newRider();
    const clearing = await clearingBalance('vietqr');
    const { topUp, reference, read } = await begin(payer, 'vietqr');
    expect(reference).toMatch(/^VD[0-9A-Z]{12}$/);
    expect(readVietQr(topUp.qrText!)).toMatchObject({
      bankBin: '970436',
      account: '0123456789',
      amount: 50_000,
    });
    expect(topUp).toMatchObject({ state: 'waiting', paidAmount: null, payUrl: null, provider: 'vietqr' });
    expect(new URL(topUp.demoPayUrl!).searchParams.get('qr')).toBe(topUp.qrText);

    expect(await tell(noticeOf(`MBVCB.1234 ${reference.toLowerCase()} CT tu 0987`))).toEqual(credited);
    expect(await read()).toMatchObject({ state: 'paid', paidAmount: { amount: 50_000, currency: 'VND' } });
    expect(await balanceOf(payer)).toBe(50_000);
    expect(await clearingBalance('vietqr')).toBe(clearing - 50_000);
  });

  it('is credited once, told one after another or fifty times at once', async () => {
    const payer = await newRider();
    const { reference } = await begin(payer, 'vietqr');
    const notice = noticeOf(reference);
    const answers = await Promise.all(Array.from({ length: 50 }, () => tell(notice)));
    expect(answers).toEqual(answers.map(() => credited));
    expect(await tell(notice)).toEqual(credited);
    expect(await balanceOf(payer)).toBe(50_000);
    expect(await noticesOf(reference)).toHaveLength(1);
  });

  it('is credited with what was really paid, each transfer by itself, in any order', async () => {
    const payer = await newRider();
    const { reference, read } = await begin(payer, 'vietqr');
    const transfers = [20_000, 70_000].map((amount) => noticeOf(reference, { amount }));
    expect(await Promise.all(transfers.toReversed().map(tell))).toEqual([credited, credited]);
    expect(await read()).toMatchObject({
      state: 'paid',
      amount: { amount: 50_000 },
      paidAmount: { amount: 90_000 },
    });
    expect(await balanceOf(payer)).toBe(90_000);
  });

  it('expires after 30 minutes; a later payment is credited and marked', async () => {
    const payer = await newRider();
    const { reference, read } = await begin(payer, 'vietqr');
    issuer.clock.advance(30 * 60_000);
    expect(await read()).toMatchObject({ state: 'expired' });
    issuer.clock.advance(1);
    expect(await tell(noticeOf(reference))).toEqual(credited);
    expect(await read()).toMatchObject({ state: 'paid' });
    expect(await noticesOf(reference)).toMatchObject([{ outcome: 'credited', is_late: true }]);
    expect(await balanceOf(payer)).toBe(50_000);
  });

  it('of nobody is kept for staff and answered, again the same', async () => {
    const text = 'tien an trua';
    const notice = noticeOf(text);
    const clearing = await clearingBalance('vietqr');
    expect(await Promise.all([1, 2, 3].map(() => tell(notice)))).toEqual([unmatched, unmatched, unmatched]);
    expect(await noticesOf(text)).toMatchObject([
      { outcome: 'unknown_reference', top_up_id: null, amount: 50_000 },
    ]);
    expect(await clearingBalance('vietqr')).toBe(clearing);
  });

  it('of two references at once, or of a reference at the other provider, is nobody’s', async () => {
    const one = await begin(rider, 'vietqr');
    const other = await begin(rider, 'vietqr');
    const atVnpay = await begin(rider, 'vnpay');
    const before = await balanceOf(rider);
    expect(await tell(noticeOf(`${one.reference} ${other.reference}`))).toEqual(unmatched);
    expect(await tell(noticeOf(atVnpay.reference))).toEqual(unmatched);
    expect(await balanceOf(rider)).toBe(before);
  });

  it('told under an id that stood for another payment is refused', async () => {
    const { reference } = await begin(rider, 'vietqr');
    const notice = noticeOf(reference);
    await tell(notice);
    const before = await balanceOf(rider);
    const { reference: another } = await begin(rider, 'vietqr');
    for (const change of [{ amount: 60_000 }, { reference: another }]) {
      const { status, answer } = await tell({ ...notice, ...change });
      expect({ status, code: answer['code'] }).toEqual({ status: 409, code: 'notice_conflict' });
    }
    expect(await balanceOf(rider)).toBe(before);
  });

  it('is not paid by a notice that is not the bank’s', async () => {
    const { reference, read } = await begin(rider, 'vietqr');
    const notice = noticeOf(reference);
    const good = await sign(notice);
    const [header, , signature] = good.split('.');
    const dearer = Buffer.from(JSON.stringify({ ...notice, amount: 5_000_000 })).toString('base64url');
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'payment-notice' })).toString(
      'base64url',
    );
    const publicBytes = new TextEncoder().encode(bank.publicKey.export({ format: 'jwk' }).x);
    const forgeries = [
      '',
      'x.y.z',
      `${header}.${dearer}.${signature}`,
      `${header}.${dearer}.`,
      `${unsigned}.${dearer}.`,
      await sign(notice, generateKeyPairSync('ed25519').privateKey),
      await sign(notice, bank.privateKey, 'JWT'),
      await new CompactSign(Buffer.from(JSON.stringify(notice)))
        .setProtectedHeader({ alg: 'HS256', typ: 'payment-notice' })
        .sign(publicBytes),
    ];
    for (const forgery of forgeries) {
      const { status, answer } = await send(forgery);
      expect({ forgery, status, code: answer['code'] }).toEqual({
        forgery,
        status: 401,
        code: 'notice_not_trusted',
      });
    }
    expect(await read()).toMatchObject({ state: 'waiting' });
    expect(await noticesOf(reference)).toEqual([]);
  });

  it.each([
    ['a negative amount', { amount: -50_000 }],
    ['an amount as text', { amount: '50000' }],
    ['an amount of 0', { amount: 0 }],
    ['half a dong', { amount: 0.5 }],
    ['an amount beyond all money', { amount: 1e15 }],
    ['another currency', { currency: 'USD' }],
    ['no id', { noticeId: '' }],
    ['a time that is none', { at: 'yesterday' }],
    ['a zero byte', { reference: 'a\u0000b' }],
    ['half a character', { reference: 'a\ud800' }],
  ])('is not paid by a notice with %s', async (_, changes) => {
    const { reference, read } = await begin(rider, 'vietqr');
    const { status, answer } = await tell(noticeOf(reference, changes));
    expect({ status, code: answer['code'] }).toEqual({ status: 400, code: 'bad_notice' });
    expect(await read()).toMatchObject({ state: 'waiting' });
  });
});

const ipnOf = (reference: string, changes: Record<string, string> = {}): Record<string, string> => ({
  vnp_Amount: '5000000',
  vnp_BankCode: 'NCB',
  vnp_OrderInfo: `Nap tien the ve ${reference}`,
  vnp_PayDate: '20261123100500',
  vnp_ResponseCode: '00',
  vnp_TmnCode: 'VEDONG01',
  vnp_TransactionNo: String(1e7 + Math.floor(Math.random() * 9e7)),
  vnp_TransactionStatus: '00',
  vnp_TxnRef: reference,
  ...changes,
});
const ipn = async (parameters: Record<string, string>, hash = signVnpay(hashSecret, parameters)) => {
  const query = new URLSearchParams({ ...parameters, vnp_SecureHash: hash });
  const response = await fetch(`${issuer.url}/v1/payment-notices/vnpay?${query}`);
  return ((await response.json()) as { RspCode: string }).RspCode;
};

describe('a top-up by VNPay', () => {
  it('sends the rider to a signed address, is paid by the IPN, and stands in the ledger', async () => {
    const payer = await newRider();
    const clearing = await clearingBalance('vnpay');
    const { topUp, reference, read } = await begin(payer, 'vnpay');
    const parameters = Object.fromEntries(new URL(topUp.payUrl!).searchParams);
    expect(isSignedByVnpay(hashSecret, parameters)).toBe(true);
    expect(parameters).toMatchObject({
      vnp_Amount: '5000000',
      vnp_ReturnUrl: `https://issuer.example/#top-up/${topUp.topUpId}`,
      vnp_IpAddr: '127.0.0.1',
    });
    expect(await ipn(ipnOf(reference))).toBe('00');
    expect(await read()).toMatchObject({ state: 'paid', paidAmount: { amount: 50_000, currency: 'VND' } });
    expect(await balanceOf(payer)).toBe(50_000);
    expect(await clearingBalance('vnpay')).toBe(clearing - 50_000);
  });

  it('is credited once, told one after another or fifty times at once', async () => {
    const payer = await newRider();
    const { reference } = await begin(payer, 'vnpay');
    const notice = ipnOf(reference);
    const answers = await Promise.all(Array.from({ length: 50 }, () => ipn(notice)));
    expect(answers.toSorted()).toEqual(['00', ...Array.from({ length: 49 }, () => '02')]);
    expect(await ipn(notice)).toBe('02');
    expect(await balanceOf(payer)).toBe(50_000);
  });

  it('takes one payment: another under the same reference is kept for staff', async () => {
    const payer = await newRider();
    const { reference } = await begin(payer, 'vnpay');
    expect([await ipn(ipnOf(reference)), await ipn(ipnOf(reference))]).toEqual(['00', '02']);
    expect(await balanceOf(payer)).toBe(50_000);
    expect((await noticesOf(reference)).map(({ outcome }) => outcome).toSorted()).toEqual([
      'credited',
      'second_payment',
    ]);
  });

  it('of another amount is answered 04 and not credited', async () => {
    const payer = await newRider();
    const { reference, read } = await begin(payer, 'vnpay');
    const notice = ipnOf(reference, { vnp_Amount: '500000000' });
    expect([await ipn(notice), await ipn(notice)]).toEqual(['04', '04']);
    expect(await read()).toMatchObject({ state: 'waiting' });
    expect(await balanceOf(payer)).toBe(0);
    expect(await noticesOf(reference)).toMatchObject([{ outcome: 'wrong_amount', amount: 5_000_000 }]);
    expect(await ipn(ipnOf(reference))).toBe('00');
    expect(await balanceOf(payer)).toBe(50_000);
  });

  it('that was cancelled has failed, and is paid by a payment that comes even so, in any order', async () => {
    const payer = await newRider();
    const { reference, read } = await begin(payer, 'vnpay');
    const cancelled = ipnOf(reference, {
      vnp_ResponseCode: '24',
      vnp_TransactionStatus: '02',
      vnp_TransactionNo: '0',
    });
    expect([await ipn(cancelled), await ipn(cancelled)]).toEqual(['00', '02']);
    expect(await read()).toMatchObject({ state: 'failed', paidAmount: null });
    expect(await ipn(ipnOf(reference))).toBe('00');
    expect(await ipn(cancelled)).toBe('02');
    expect(await read()).toMatchObject({ state: 'paid' });
    expect(await balanceOf(payer)).toBe(50_000);
  });

  it('of an unknown order is answered 01 and kept once', async () => {
    const notice = ipnOf('VD000000000000');
    expect([await ipn(notice), await ipn(notice)]).toEqual(['01', '01']);
    expect(await noticesOf('VD000000000000')).toMatchObject([{ outcome: 'unknown_reference' }]);
  });

  it('late is credited and marked', async () => {
    const { reference } = await begin(rider, 'vnpay');
    issuer.clock.advance(31 * 60_000);
    expect(await ipn(ipnOf(reference))).toBe('00');
    expect(await noticesOf(reference)).toMatchObject([{ outcome: 'credited', is_late: true }]);
  });

  it('is not paid by an IPN that is not VNPay’s, nor by one that cannot be understood', async () => {
    const { reference, read } = await begin(rider, 'vnpay');
    const notice = ipnOf(reference);
    const hash = signVnpay(hashSecret, notice);
    expect(await ipn({ ...notice, vnp_Amount: '5000100' }, hash)).toBe('97');
    expect(await ipn(notice, signVnpay('another-secret-0123456789-0123456789', notice))).toBe('97');
    expect(await ipn(notice, '')).toBe('97');
    expect(await ipn(notice, hash.slice(0, 64))).toBe('97');
    expect(await ipn({ ...notice, vnp_TmnCode: 'ANOTHER' })).toBe('99');
    expect(await ipn({ ...notice, vnp_Amount: '5000001' })).toBe('99');
    expect(await ipn({})).toBe('99');
    expect(await read()).toMatchObject({ state: 'waiting' });
  });
});

describe('top-ups', () => {
  it('are seen by their own rider only', async () => {
    const { topUp } = await begin(rider, 'vietqr');
    const stranger = await newRider();
    for (const topUpId of [topUp.topUpId, randomUUID()]) {
      const call = stranger.call('GET /v1/top-ups/{topUpId}', { params: { topUpId } });
      expect(await problemOf(call)).toEqual({ status: 404, code: 'top_up_not_found' });
    }
  });

  it('leave wallets that are the sum of their entries', async () => {
    expect(await listUnbalancedWallets(issuer.db)).toEqual([]);
  });

  it.each([9999, 10_000_001, 10_000.5])('of %d dong are refused', async (amount) => {
    const call = rider.call('POST /v1/top-ups', { body: { provider: 'vietqr', amount } });
    expect(await problemOf(call)).toEqual({ status: 400, code: 'invalid_request' });
  });

  it('are limited for each rider', async () => {
    const strict = await issuer.startAnother({ TOP_UPS_PER_RIDER_PER_HOUR: '2' });
    const payer = await newRider();
    const statuses = [];
    for (let count = 0; count < 3; count += 1) {
      const body = { provider: 'vietqr', amount: 50_000 };
      statuses.push((await postJson(`${strict.url}/v1/top-ups`, body, { cookie: payer.cookie })).status);
    }
    expect(statuses).toEqual([201, 201, 429]);
    await strict.stop();
  });

  it('need a provider that is configured', async () => {
    const none = Object.fromEntries(Object.keys(providers).map((name) => [name, undefined as never]));
    const bare = await issuer.startAnother(none);
    const body = { provider: 'vietqr', amount: 50_000 };
    const answers = [
      await postJson(`${bare.url}/v1/top-ups`, body, { cookie: rider.cookie }),
      await postJson(`${bare.url}/v1/payment-notices/vietqr`, { notice: 'x' }),
    ];
    for (const answer of answers)
      expect(await answer.json()).toMatchObject({ status: 409, code: 'provider_not_configured' });
    await bare.stop();
  });
});
