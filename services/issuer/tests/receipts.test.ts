/** Receipts of what moved a wallet, as JSON and as PDF, for their owner alone. */
import { randomUUID } from 'node:crypto';
import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { putTerms } from '../src/db/terms.ts';
import { problemOf, startIssuer, type IssuerUnderTest, type Rider } from './issuer-under-test.ts';
import { makeTravellingCard, ride, sendCharges, type TravellingCard } from './money-under-test.ts';
import { startPaymentBank, type PaymentBank } from './payment-bank.ts';
import { products, terms } from './tariff-terms.ts';

let bank: PaymentBank;
let issuer: IssuerUnderTest;
let rider: Rider;
let card: TravellingCard;
let topUpId: string;
let passId: string;
beforeAll(async () => {
  bank = await startPaymentBank();
  issuer = await startIssuer({ ...bank.variables, WELCOME_CREDIT: '1000' });
  await putTerms(issuer.db, terms);
  rider = await issuer.signIn('0914000101');
  topUpId = await bank.pay(issuer, rider, { amount: 500_000, provider: 'vietqr' });
  card = await makeTravellingCard(rider);
  await sendCharges(issuer, ride(card.cardRef, '10:00'));
  const body = { productNo: products.network, purchaseId: randomUUID() };
  const params = { cardId: card.cardId };
  ({ passId } = await rider.call('POST /v1/cards/{cardId}/passes', { params, body }));
  const refund = { refundId: randomUUID(), topUpId, amount: 20_000 };
  await rider.call('POST /v1/refunds', { body: refund });
});
afterAll(async () => {
  await issuer.stop();
  await bank.stop();
});

type Kind = 'top_up' | 'trip' | 'pass' | 'refund' | 'welcome';

async function transactionOf(kind: Kind): Promise<string> {
  const { entries } = await rider.call('GET /v1/wallet/entries', { query: {} });
  return entries.find((entry) => entry.kind === kind)!.transactionId;
}

const read = async (kind: Kind) =>
  rider.call('GET /v1/receipts/{transactionId}', { params: { transactionId: await transactionOf(kind) } });

async function readPdf(kind: Kind): Promise<string> {
  const response = await fetch(`${issuer.url}/v1/receipts/${await transactionOf(kind)}.pdf`, {
    headers: { cookie: rider.cookie },
  });
  expect(response.headers.get('content-type')).toBe('application/pdf');
  expect(response.headers.get('content-disposition')).toMatch(/^inline; filename="VD-[0-9A-F]{12}\.pdf"$/);
  const { text } = await extractText(await getDocumentProxy(new Uint8Array(await response.arrayBuffer())), {
    mergePages: true,
  });
  return text.normalize('NFC');
}

it('of a top-up says how it was paid', async () => {
  expect(await read('top_up')).toMatchObject({
    kind: 'top_up',
    amount: { amount: 500_000 },
    balanceAfter: { amount: 501_000 },
    topUp: { topUpId, provider: 'vietqr' },
    trip: null,
    pass: null,
    refund: null,
  });
  const text = await readPdf('top_up');
  for (const words of ['Biên nhận', 'Nạp tiền vào ví', '500.000 đ', 'Thời điểm', 'VietQR', 'Số dư sau đó']) {
    expect(text).toContain(words);
  }
});

it('of a trip names its line and both ends', async () => {
  expect(await read('trip')).toMatchObject({
    amount: { amount: -9000 },
    trip: { cardId: card.cardId, trip: { lineName: '2A Cát Linh - Hà Đông' } },
  });
  const text = await readPdf('trip');
  for (const words of ['Chuyến đi', '-9.000 đ', '2A Cát Linh - Hà Đông', 'Cát Linh, 10:00']) {
    expect(text).toContain(words);
  }
});

it('of a pass names it and its days', async () => {
  expect(await read('pass')).toMatchObject({ amount: { amount: -200_000 }, pass: { passId } });
  const text = await readPdf('pass');
  for (const words of ['Mua vé', 'Vé tháng', 'Thời hạn']) expect(text).toContain(words);
});

it('of a refund says what became of it', async () => {
  expect(await read('refund')).toMatchObject({
    amount: { amount: -20_000 },
    refund: { of: 'top_up', topUpId, state: 'requested' },
  });
  expect(await readPdf('refund')).toContain('Hoàn tiền');
});

it('of the demo’s welcome credit calls it that', async () => {
  expect(await read('welcome')).toMatchObject({ kind: 'welcome', amount: { amount: 1000 } });
  expect(await readPdf('welcome')).toContain('Tiền tặng dùng thử');
});

it('is for its owner alone', async () => {
  const transactionId = await transactionOf('top_up');
  const other = await issuer.signIn('0914000102');
  const call = other.call('GET /v1/receipts/{transactionId}', { params: { transactionId } });
  expect(await problemOf(call)).toEqual({ status: 404, code: 'receipt_not_found' });
  const pdf = await fetch(`${issuer.url}/v1/receipts/${transactionId}.pdf`, {
    headers: { cookie: other.cookie },
  });
  expect(pdf.status).toBe(404);
  expect((await fetch(`${issuer.url}/v1/receipts/${transactionId}.pdf`)).status).toBe(401);
});
