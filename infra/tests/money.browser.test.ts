/** Money as a rider meets it, on the whole stack: a priced ride, a top-up read from its picture, a pass that covers. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient, type IssuerApi, type ValidatorApi } from '@vedong/contracts';
import { launchChromium } from '@vedong/testing/chromium';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import jsqr from 'jsqr';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findFreePorts, startStack, type Stack } from '../src/stack.ts';

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
  await app.goto(stack.issuerUrl);
  await app.getByTestId('phone').fill('0912 345 678');
  await app.getByTestId('send-code').click();
  await app.getByTestId('fill-demo-code').click();
  await app.getByTestId('enter-code').click();
  await app.getByTestId('code').waitFor();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

/** Cát Linh to Láng, 2.7 km: 8,000 + 850 a km. Waits until the rider's history holds one more trip with an end. */
async function ride(): Promise<void> {
  const cookie = (await phone.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const issuer = createClient<IssuerApi>(stack.issuerUrl, { headers: () => ({ cookie }) });
  const validator = createClient<ValidatorApi>(stack.validatorUrl);
  const { cards } = await issuer('GET /v1/cards');
  const params = { cardId: cards[0]!.cardId };
  const listTrips = () => issuer('GET /v1/cards/{cardId}/trips', { params, query: { limit: 200 } });
  const before = await listTrips();
  const { tickets } = await issuer('POST /v1/cards/{cardId}/tickets', { params, body: { count: 2 } });
  for (const [index, gate] of ['2A-01-in', '2A-04-out'].entries()) {
    const answer = await validator('POST /v1/taps', { body: { gate, ticket: tickets[index]!.ticket } });
    expect(answer).toMatchObject({ outcome: 'accepted' });
  }
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(500)) {
    const { trips } = await listTrips();
    if (trips.length > before.trips.length && trips.every(({ settled }) => settled !== null)) return;
  }
  throw new Error('the trip was not settled');
}

async function openTrips(): Promise<void> {
  await app.goto(`${stack.issuerUrl}/#trips`);
  await app.reload();
  await app.getByTestId('trip').first().waitFor();
}

/** Digits alone: thousands are parted by a character that depends on the language. */
const digitsOf = async (testId: string): Promise<string> =>
  (await app.getByTestId(testId).first().innerText()).replace(/\D/g, '');

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

it('with a pass the next ride costs nothing and says why', async () => {
  await app.getByTestId('open-passes').click();
  const product = app.getByTestId('product').filter({ hasText: 'Vé ngày đa phương thức' });
  await product.getByTestId('buy').click();
  await app.getByTestId('confirm').click();
  await app.getByTestId('pass').first().waitFor();
  await openTrips();
  await sleep(31_000); // the slots of the first ride are used
  await ride();
  await openTrips();
  // The page shows what the phone kept until the issuer has answered.
  await expect.poll(() => digitsOf('trip-fare')).toBe('0');
  expect(await app.getByTestId('trip-reason').first().innerText()).toContain('đa phương thức');
  await openWallet();
  await expect.poll(() => digitsOf('balance')).toBe('489705');
});
