/** Money as a rider meets it, on the whole stack: a priced ride, a top-up and its way back, a concession, a pass. */
import { readFileSync } from 'node:fs';
import { createClient, type IssuerApi, type ValidatorApi } from '@vedong/contracts';
import { launchChromium } from '@vedong/testing/chromium';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import { decodeTicket } from '@vedong/ticket';
import jsqr from 'jsqr';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { extractText, getDocumentProxy } from 'unpdf';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findFreePorts, startStack, type Stack } from '../src/stack.ts';
import { signInRider } from './sign-in-rider.ts';

let stack: Stack;
let browser: Browser;
let phone: BrowserContext;
let app: Page;

beforeAll(async () => {
  stack = await startStack({ dataFolder: makeTemporaryFolder(), ports: await findFreePorts(), redis: true });
  browser = await launchChromium();
  phone = await browser.newContext({
    viewport: { width: 360, height: 740 },
    deviceScaleFactor: 2,
    locale: 'vi-VN',
  });
  app = await phone.newPage();
  await signInRider(app, stack.issuerUrl, '0912 345 678');
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

const patience = { timeout: 60_000, interval: 500 };

function askIssuer() {
  return createClient<IssuerApi>(stack.issuerUrl, {
    headers: async () => ({
      cookie: (await phone.cookies()).map(({ name, value }) => `${name}=${value}`).join('; '),
    }),
  });
}

/** By card, the newest slot that a ride has shown a gate; no later ride may show it again. */
const shownUntilSlot = new Map<string, number>();

/**
 * Cát Linh to Láng, 2.7 km: 8,000 + 850 a km. Waits until the card's history holds one more trip with a price.
 * Gives the concession class of the tickets.
 */
async function ride(cardNo = 0): Promise<number> {
  const issuer = askIssuer();
  const validator = createClient<ValidatorApi>(stack.validatorUrl);
  const { cards } = await issuer('GET /v1/cards');
  const params = { cardId: cards[cardNo]!.cardId };
  const listTrips = async () =>
    (await issuer('GET /v1/cards/{cardId}/trips', { params, query: { limit: 200 } })).trips;
  const before = (await listTrips()).length;
  const ask = async () =>
    (await issuer('POST /v1/cards/{cardId}/tickets', { params, body: { count: 2 } })).tickets;
  await expect
    .poll(async () => (await ask())[0]!.slot, patience)
    .toBeGreaterThan(shownUntilSlot.get(params.cardId) ?? 0);
  const tickets = await ask();
  shownUntilSlot.set(params.cardId, tickets[1]!.slot);
  for (const [index, gate] of ['2A-01-in', '2A-04-out'].entries()) {
    const answer = await validator('POST /v1/taps', { body: { gate, ticket: tickets[index]!.ticket } });
    expect(answer).toMatchObject({ outcome: 'accepted' });
  }
  const settled = async () => (await listTrips()).filter((trip) => trip.settled !== null).length;
  await expect.poll(settled, patience).toBeGreaterThan(before);
  return decodeTicket(tickets[0]!.ticket).concession;
}

async function openTrips(): Promise<void> {
  await app.goto(`${stack.issuerUrl}/#trips`);
  await app.reload();
  await app.getByTestId('trip').first().waitFor();
}

/** Digits alone: thousands are parted by a character that depends on the language. */
const digitsOf = async (testId: string): Promise<string> =>
  (await app.getByTestId(testId).first().innerText()).replace(/\D/g, '');

const inHalfAYear = () => new Date(Date.now() + 182 * 86_400_000).toISOString().slice(0, 10);

async function openWallet(): Promise<void> {
  await app.goto(`${stack.issuerUrl}/#wallet`);
  await app.reload();
  await app.getByTestId('balance').waitFor();
}

it('a ride costs what the city published, and the wallet pays it', async () => {
  await ride();
  await openTrips();
  await expect.poll(() => digitsOf('trip-fare')).toBe('10295');
  await openWallet();
  await expect.poll(() => digitsOf('balance')).toBe('489705');
});

it('a top-up is paid by its VietQR code and arrives', async () => {
  await app.getByTestId('top-up').click();
  await app.getByTestId('amount-chip').filter({ hasText: '50.000' }).click();
  await app.getByTestId('begin-top-up').click();
  const { data, width, height } = PNG.sync.read(await app.getByTestId('payment-code').screenshot());
  const text = jsqr.default(new Uint8ClampedArray(data), width, height)?.data ?? '';
  expect(text).toMatch(/^000201010212.*5303704540550000.*6304[0-9A-F]{4}$/);

  const [bank] = await Promise.all([phone.waitForEvent('page'), app.getByTestId('demo-pay').click()]);
  await bank.getByRole('button', { name: 'Trả thử' }).click();
  // A page that is closed while its form is under way may never send it, and its closing may never end.
  await bank.getByRole('heading', { name: 'Đã chuyển' }).waitFor();
  await app.bringToFront();
  await app.locator('[data-testid=top-up-state][data-state=paid]').waitFor();
  await openWallet();
  await expect.poll(() => digitsOf('balance')).toBe('539705');
});

it('the receipt of the top-up is kept as PDF', async () => {
  await openWallet();
  await app.getByTestId('wallet-entry').filter({ hasText: '50.000' }).first().getByRole('link').click();
  await app.getByTestId('receipt').waitFor();
  const reference = /VD[0-9A-Z]{12}/.exec(await app.getByTestId('receipt').innerText())![0];
  // Chromium shows a PDF in a viewer of its own; what the link leads to is fetched with the page's session.
  const link = await app.getByTestId('open-pdf').getAttribute('href');
  const response = await phone.request.get(stack.issuerUrl + link);
  expect(response.headers()['content-type']).toBe('application/pdf');
  const pdf = await getDocumentProxy(new Uint8Array(await response.body()));
  const { text } = await extractText(pdf, { mergePages: true });
  expect(text.normalize('NFC')).toContain('50.000 đ');
  expect(text).toContain(reference);
});

it('the top-up is given back through the bank, and the wallet says so', async () => {
  await app.getByTestId('ask-refund').click();
  await app.getByTestId('ask').click();
  await app.getByTestId('confirm').click();
  await app.getByTestId('refund-made').waitFor();
  await openWallet();
  await expect.poll(() => digitsOf('balance'), patience).toBe('489705');
  // Left open: the page hears by itself that the bank has taken it.
  await app.locator('[data-testid=refund][data-state=sent]').waitFor({ timeout: patience.timeout });
  expect(await app.getByTestId('refund').innerText()).toMatch(/50\.000[\s\S]*Đã hoàn/);
});

it('a concession that staff accept is on the next ticket, and the ride is free', async () => {
  await app.goto(`${stack.issuerUrl}/#cards`);
  await app.getByTestId('add-card').click();
  await app.getByTestId('nickname').fill('Thẻ của bà');
  await app.getByTestId('make-card').click();
  await app.getByTestId('card-name').filter({ hasText: 'Thẻ của bà' }).waitFor();
  await app.goto(`${stack.issuerUrl}/#cards`);
  const row = app.getByTestId('card-row').filter({ hasText: 'Thẻ của bà' });
  await row.getByTestId('concession-of').click();
  await app.getByTestId('category').selectOption('elderly');
  const buffer = readFileSync(new URL('../pictures/three-screens.png', import.meta.url));
  await app.getByTestId('picture').setInputFiles({ name: 'giay-to.png', mimeType: 'image/png', buffer });
  await app.getByTestId('apply').click();
  await app.locator('[data-testid=concession][data-state=waiting]').waitFor({ timeout: patience.timeout });

  const desk = await (await browser.newContext({ locale: 'vi-VN' })).newPage();
  await desk.goto(`${stack.operatorUrl}/#/money`);
  await desk.getByTestId('email').fill(stack.staff.email);
  await desk.getByTestId('password').fill(stack.staff.password);
  await desk.getByTestId('sign-in').click();
  const application = desk.getByTestId('application-row');
  await application.waitFor({ timeout: patience.timeout });
  await application.getByTestId('look').click();
  await application.getByRole('img').waitFor();
  await application.getByTestId('decide').locator('summary').click();
  await application.getByLabel('Lý do').fill('Giấy tờ rõ, đúng người');
  await application.getByTestId('until').fill(inHalfAYear());
  await application.getByTestId('approve').click();
  await expect.poll(() => application.count(), patience).toBe(0);

  await app.reload();
  await app.locator('[data-testid=concession][data-state=approved]').waitFor({ timeout: patience.timeout });
  expect(await app.getByTestId('concession').innerText()).toContain('Miễn phí: Người cao tuổi');
  expect(await ride(1)).toBe(2);
  await openTrips();
  await app.getByTestId('card-tab').filter({ hasText: 'Thẻ của bà' }).click();
  await expect.poll(() => digitsOf('trip-fare'), patience).toBe('0');
  await openWallet();
  await expect.poll(() => digitsOf('balance')).toBe('489705');
});

it('with a pass the next ride costs nothing and says why', async () => {
  await app.getByTestId('open-passes').click();
  await app.getByTestId('card-tab').first().click();
  const product = app.getByTestId('product').filter({ hasText: 'Vé ngày đa phương thức' });
  await product.getByTestId('buy').click();
  await app.getByTestId('confirm').click();
  await app.getByTestId('pass').first().waitFor();
  await ride();
  await openTrips();
  // The page shows what the phone kept until the issuer has answered.
  await expect.poll(() => digitsOf('trip-fare')).toBe('0');
  expect(await app.getByTestId('trip-reason').first().innerText()).toContain('đa phương thức');
  await openWallet();
  await expect.poll(() => digitsOf('balance')).toBe('439705');
});
