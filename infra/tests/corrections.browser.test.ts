/** A correction on the whole stack: no tap off, the maximum fare, the rider asks, staff accept, the money comes back. */
import { createClient, type IssuerApi, type ValidatorApi } from '@vedong/contracts';
import { launchChromium } from '@vedong/testing/chromium';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findFreePorts, startStack, type Stack } from '../src/stack.ts';
import { signInRider } from './sign-in-rider.ts';

let stack: Stack;
let browser: Browser;
let phone: BrowserContext;
let app: Page;

const patience = { timeout: 60_000, interval: 500 };

beforeAll(async () => {
  stack = await startStack({ dataFolder: makeTemporaryFolder(), ports: await findFreePorts(), redis: true });
  browser = await launchChromium();
  phone = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'vi-VN' });
  app = await phone.newPage();
  await signInRider(app, stack.issuerUrl, '0912 345 679');
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

/** Digits alone: thousands are parted by a character that depends on the language. */
const digitsOf = async (page: Page, testId: string): Promise<string> =>
  (await page.getByTestId(testId).first().innerText()).replace(/\D/g, '');

async function balance(): Promise<string> {
  await app.goto(`${stack.issuerUrl}/#wallet`);
  await app.reload();
  await app.getByTestId('balance').waitFor();
  return digitsOf(app, 'balance');
}

/** In at Cát Linh, never out there; the next ride begins on the other metro line, which tells nothing. */
async function forgetToTapOff(): Promise<string> {
  const cookie = (await phone.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  const issuer = createClient<IssuerApi>(stack.issuerUrl, { headers: () => ({ cookie }) });
  const validator = createClient<ValidatorApi>(stack.validatorUrl);
  const { cards } = await issuer('GET /v1/cards');
  const params = { cardId: cards[0]!.cardId };
  const { tickets } = await issuer('POST /v1/cards/{cardId}/tickets', { params, body: { count: 2 } });
  for (const [index, gate] of ['2A-01-in', '3.1-01-in'].entries()) {
    const answer = await validator('POST /v1/taps', { body: { gate, ticket: tickets[index]!.ticket } });
    expect(answer).toMatchObject({ outcome: 'accepted' });
  }
  const missing = async () => {
    const { trips } = await issuer('GET /v1/cards/{cardId}/trips', { params, query: { limit: 200 } });
    return trips.find(({ state, settled }) => state === 'missing_exit' && settled !== null)?.tripId;
  };
  await expect.poll(missing, patience).toBeDefined();
  return (await missing())!;
}

it('gives back what was too much once staff have filled in where the ride ended', async () => {
  const tripId = await forgetToTapOff();
  // The highest fare of line 2A is 18,625.
  await expect.poll(balance, patience).toBe('481375');

  await app.goto(`${stack.issuerUrl}/#trip/${tripId}`);
  await app.getByTestId('forgot-tap').click();
  await app.getByTestId('correction-place').fill('Láng');
  await app.getByTestId('confirm').click();
  await app.getByTestId('correction').waitFor();

  const desk = await (await browser.newContext({ locale: 'vi-VN' })).newPage();
  await desk.goto(`${stack.operatorUrl}/#/corrections`);
  await desk.getByTestId('email').fill(stack.staff.email);
  await desk.getByTestId('password').fill(stack.staff.password);
  await desk.getByTestId('sign-in').click();
  const row = desk.getByTestId('correction-row');
  await row.waitFor({ timeout: patience.timeout });
  expect(await row.innerText()).toContain('Láng');
  await row.getByText('Xem và quyết định').click();
  const details = desk.getByTestId('trip-details');
  await details.getByTestId('decision-place').selectOption({ label: 'Láng' });
  await details.getByTestId('decision-reason').fill('Cổng ra ở Láng hỏng lúc đó');
  await details.getByTestId('save-decision').click();
  await details.getByTestId('decision').waitFor();
  await expect.poll(() => details.getByTestId('pairing').innerText(), patience).toContain('đã ghi sổ');

  await app.reload();
  await app.getByTestId('answer').waitFor();
  expect(await app.getByTestId('answer').innerText()).toContain('Cổng ra ở Láng hỏng lúc đó');
  // Cát Linh to Láng is 10,295; the maximum was corrected by another entry, not edited.
  await expect.poll(() => digitsOf(app, 'trip-fare'), patience).toBe('10295');
  const entries = await app.getByTestId('wallet-entry').allInnerTexts();
  expect(entries.map((text) => text.replace(/\s+/g, ' '))).toEqual([
    expect.stringContaining('+8.330'),
    expect.stringContaining('-18.625'),
  ]);
  await expect.poll(balance, patience).toBe('489705');
}, 300_000);
