/** A card that the operator blocked: why, what to do, and that its rider cannot lift it. */
import type { Card } from '@vedong/contracts/issuer';
import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import type { StandIn } from './issuer-stand-in.ts';
import { passengerPage } from './passenger-page.ts';

const passenger = passengerPage();
let issuer: StandIn;
let page: Page;
beforeEach(async () => {
  ({ issuer, page } = passenger.opened());
  await passenger.signIn();
});

const fitsTheScreen = async () =>
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
const look = (name: string) =>
  process.env['SHOTS']
    ? page.screenshot({ path: `${process.env['SHOTS']}/${name}.png`, fullPage: true })
    : null;
const blockByOperator = (reason: NonNullable<Card['operatorBlock']>['reason']) =>
  Object.assign(issuer.cards[0]!, {
    state: 'blocked',
    operatorBlock: { reason, since: new Date().toISOString() },
  });

test.each([
  ['copy', 'một mã được dùng ở hai cổng khác nhau', 'one code was used at two gates'],
  ['shared_card', 'hai nơi quá xa nhau', 'two places too far apart'],
  ['reentry', 'vào cổng nhiều lần mà không ra', 'entered several times without leaving'],
  ['clock', 'để kiểm tra', 'to check it'],
  ['broken_chain', 'để kiểm tra', 'to check it'],
] as const)('blocked for %s: no code, why and what to do, in both languages', async (reason, vi, en) => {
  blockByOperator(reason);
  await page.reload();
  await page.getByRole('heading', { name: 'Thẻ đang khoá' }).waitFor();
  expect(await page.getByTestId('code').count()).toBe(0);
  const paper = page.locator('.no-code');
  await expect.poll(() => paper.innerText()).toContain(vi);
  expect(await paper.innerText()).toContain('liên hệ');
  await fitsTheScreen();
  await look(`blocked-${reason}-vi`);
  await page.getByTestId('language-switch').click();
  await page.getByRole('heading', { name: 'Card blocked' }).waitFor();
  expect(await paper.innerText()).toContain(en);
  expect(await paper.innerText()).toContain('Contact the operator');
  await fitsTheScreen();
  await look(`blocked-${reason}-en`);
});

test('the cards say so too, and offer no way to unblock it', async () => {
  blockByOperator('copy');
  await page.reload();
  await page.locator('.no-code').getByRole('link', { name: 'Thẻ của bạn' }).click();
  const row = page.getByTestId('card-row');
  await row.getByTestId('operator-block').getByText('liên hệ').waitFor();
  expect(await row.innerText()).toContain('Đang khoá');
  expect(await row.getByTestId('unblock').count()).toBe(0);
  expect(await row.getByTestId('block').count()).toBe(0);
  await fitsTheScreen();
  await look('blocked-cards-vi');
  await page.getByTestId('language-switch').click();
  await row.getByTestId('operator-block').getByText('You cannot unblock it yourself').waitFor();
  await fitsTheScreen();
  await look('blocked-cards-en');
});

test('a rider who blocked the card before the operator did is told who can lift it', async () => {
  Object.assign(issuer.cards[0]!, { state: 'blocked' });
  await page.goto(`${issuer.url}/#cards`);
  await page.reload();
  await page.getByTestId('unblock').click();
  blockByOperator('shared_card');
  await page.getByTestId('confirm').click();
  await page.getByRole('alert').filter({ hasText: 'bạn không tự mở được' }).waitFor();
  expect(issuer.cards[0]!.state).toBe('blocked');
});
