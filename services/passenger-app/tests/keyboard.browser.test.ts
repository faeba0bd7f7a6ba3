/** The money and card screens by Tab and Enter alone, in English on a small phone. */
import type { Locator, Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import type { StandIn } from './issuer-stand-in.ts';
import { dong } from './money-stand-in.ts';
import { passengerPage } from './passenger-page.ts';

const passenger = passengerPage();
let issuer: StandIn;
let page: Page;
beforeEach(async () => {
  ({ issuer, page } = passenger.opened());
  issuer.money.move({ kind: 'top_up', subject: 'VD0123456789AB', amount: 150_000 });
  issuer.money.products.push({
    productNo: 7,
    nameVi: 'Vé ngày đa phương thức',
    nameEn: 'Bus and metro day pass',
    price: dong(50_000),
    modes: ['metro', 'bus'],
    scope: 'network',
    durationDays: 1,
    activation: 'first_use',
    concessions: [0],
  });
  await passenger.signIn();
  await tabTo(page.getByTestId('language-switch'));
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Wallet', exact: true }).waitFor();
});

/** Presses Tab until `wanted` has the focus, which must show. */
async function tabTo(wanted: Locator): Promise<void> {
  await wanted.waitFor();
  const hasFocus = () => wanted.evaluate((element) => element === document.activeElement);
  for (let presses = 0; presses < 60; presses += 1) {
    if (await hasFocus()) {
      expect(await wanted.evaluate((element) => getComputedStyle(element).outlineStyle)).not.toBe('none');
      return;
    }
    await page.keyboard.press('Tab');
  }
  throw new Error('Tab never comes there');
}
async function enter(wanted: Locator): Promise<void> {
  await tabTo(wanted);
  await page.keyboard.press('Enter');
}
/** Nothing runs over the right edge, and no word of the other language is left. */
async function checkScreen(): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('en');
}

test('the wallet, a receipt and a refund', async () => {
  await enter(page.getByRole('link', { name: 'Wallet', exact: true }));
  await page.getByTestId('wallet-entry').waitFor();
  await checkScreen();
  await enter(page.getByTestId('wallet-entry').getByRole('link'));
  await page.getByTestId('receipt').waitFor();
  await tabTo(page.getByTestId('open-pdf'));
  await checkScreen();
  await enter(page.getByTestId('ask-refund'));
  await tabTo(page.getByTestId('amount'));
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('20000');
  await checkScreen();
  await enter(page.getByTestId('ask'));
  await page.getByRole('dialog').waitFor();
  await checkScreen();
  await enter(page.getByTestId('confirm'));
  await page.getByTestId('refund-made').waitFor();
  expect(issuer.money.refunds).toMatchObject([{ amount: dong(20_000) }]);
  await checkScreen();
  await enter(page.getByTestId('refund-made').getByRole('link'));
  await page.getByTestId('refund').waitFor();
  await checkScreen();
});

test('a pass is bought, after a question that Escape takes back', async () => {
  await enter(page.getByRole('link', { name: 'Wallet', exact: true }));
  await enter(page.getByTestId('open-passes'));
  await page.getByTestId('product').waitFor();
  await checkScreen();
  await enter(page.getByTestId('buy'));
  await page.getByRole('dialog').waitFor();
  await checkScreen();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  expect(issuer.money.passes).toEqual([]);
  await enter(page.getByTestId('buy'));
  await enter(page.getByTestId('confirm'));
  await page.getByTestId('pass').waitFor();
  await checkScreen();
});

test('a concession is applied for', async () => {
  // From here on choosers are kept from opening: begun with the key press, that could come too late.
  page.on('filechooser', () => {});
  await enter(page.getByRole('link', { name: 'Your cards', exact: true }));
  await page.getByTestId('card-row').waitFor();
  await checkScreen();
  await enter(page.getByTestId('concession-of'));
  await tabTo(page.getByTestId('category'));
  await page.keyboard.press('ArrowDown');
  await tabTo(page.getByTestId('picture'));
  await checkScreen();
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Enter');
  await (await chooser).setFiles({ name: 'card.png', mimeType: 'image/png', buffer: onePixel });
  await enter(page.getByTestId('apply'));
  await page.getByTestId('concession').getByText('Worker').waitFor();
  expect(issuer.money.application).toMatchObject({ category: 'worker', state: 'waiting' });
  await checkScreen();
});

test("a gate's code is typed in; a wrong one says so", async () => {
  await enter(page.getByTestId('gate-code').getByRole('link'));
  await tabTo(page.getByTestId('gate-code-text'));
  await page.keyboard.type('nothing');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('not a gate’s code').waitFor();
  await checkScreen();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('VC1:0123456789ABCDEF');
  await page.keyboard.press('Enter');
  await page.getByTestId('code').waitFor();
  expect(await page.getByTestId('gate-code').innerText()).toContain('gate');
});

const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);
