/** What staff decide of riders' money, in real Chromium. */
import { launchChromium } from '@vedong/testing/chromium';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createRiderMoney } from './rider-money-stand-in.ts';
import { staff, type StandInOperator, startStandInOperator } from './stand-in-operator.ts';

let operator: StandInOperator;
let browser: Browser;
let page: Page;
beforeAll(async () => {
  operator = await startStandInOperator();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await operator.stop();
});
beforeEach(async () => {
  operator.isSignedIn = false;
  operator.money = createRiderMoney();
  await page?.close();
  page = await browser.newPage();
  await page.goto(`${operator.url}/#/money`);
  await page.getByTestId('email').fill(staff.email);
  await page.getByTestId('password').fill(staff.password);
  await page.getByTestId('sign-in').click();
  await page.getByTestId('refund-row').waitFor();
});

const row = (testId: string) => page.getByTestId(testId);
const fill = async (testId: string, reason: string) => {
  await row(testId).getByText('Quyết định', { exact: true }).last().click();
  await row(testId).getByLabel('Lý do').fill(reason);
};
const isGone = async (testId: string) => {
  await expect.poll(() => row(testId).count(), { timeout: 30_000 }).toBe(0);
};

it('a refund shows who approved it and is approved with a reason', async () => {
  const text = await row('refund-row').innerText();
  for (const words of ['3.000.000', 'VD0123456789AB', 'an@example.vn', '2 người cần duyệt']) {
    expect(text).toContain(words);
  }
  if (process.env['SHOTS']) {
    await page.screenshot({ path: `${process.env['SHOTS']}/console-money.png`, fullPage: true });
    await page.setViewportSize({ width: 360, height: 740 });
    await page.screenshot({ path: `${process.env['SHOTS']}/console-money-360.png`, fullPage: true });
  }
  await fill('refund-row', 'Đã gọi cho khách');
  await row('refund-row').getByTestId('approve').click();
  await isGone('refund-row');
  expect(operator.money.decisions).toEqual([{ decision: 'approve', reason: 'Đã gọi cho khách' }]);
});

it.each([360, 1280])('fits a screen %i px wide in both languages', async (width) => {
  await page.setViewportSize({ width, height: 800 });
  for (const [language, name] of [
    ['vi', 'English'],
    ['en', 'Tiếng Việt'],
  ] as const) {
    await page.getByRole('button', { name }).waitFor();
    for (const queue of ['refund-row', 'payment-row', 'application-row']) {
      if (language === 'vi') await row(queue).getByTestId('decide').locator('summary').click();
    }
    if (process.env['SHOTS']) {
      await page.screenshot({
        path: `${process.env['SHOTS']}/console-money-${width}-${language}.png`,
        fullPage: true,
      });
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await page.getByRole('button', { name }).click();
  }
});

it.each([
  ['other_person_needed', 'thêm một người khác'],
  ['balance_too_low', 'Ví không còn đủ'],
  ['refund_not_waiting', 'đã được quyết định'],
  ['issuer_unreachable', 'Thử lại sau một phút'],
])('a decision refused with %s says what to do', async (code, words) => {
  operator.money.refuseWith = code;
  await fill('refund-row', 'Đã gọi cho khách');
  await row('refund-row').getByTestId('refuse').click();
  await page.getByRole('alert').filter({ hasText: words }).waitFor();
  expect(operator.money.decisions).toEqual([]);
});

it('a payment is put into a wallet by the reference of a top-up', async () => {
  await fill('payment-row', 'Khách gửi ảnh chuyển khoản');
  await row('payment-row').getByLabel('Nội dung của lần nạp').fill('VD0123456789AB');
  await row('payment-row').getByTestId('assign').click();
  await isGone('payment-row');
  expect(operator.money.decisions).toEqual([
    {
      provider: 'vietqr',
      transactionId: 'FT123',
      topUpReference: 'VD0123456789AB',
      reason: 'Khách gửi ảnh chuyển khoản',
    },
  ]);
});

it('a payment is sent back', async () => {
  await fill('payment-row', 'Không rõ của ai');
  await row('payment-row').getByTestId('send-back').click();
  await isGone('payment-row');
  expect(operator.money.decisions).toMatchObject([{ topUpReference: null }]);
});

it('an application shows its document on demand and is approved until a day', async () => {
  expect(await row('application-row').getByRole('img').count()).toBe(0);
  await row('application-row').getByTestId('look').click();
  await row('application-row').getByRole('img', { name: 'Giấy tờ của người đăng ký' }).waitFor();
  await fill('application-row', 'Thẻ sinh viên còn hạn');
  await row('application-row').getByTestId('until').fill('2027-06-30');
  await row('application-row').getByTestId('approve').click();
  await isGone('application-row');
  expect(operator.money.decisions).toEqual([
    { decision: 'approve', reason: 'Thẻ sinh viên còn hạn', until: '2027-06-30' },
  ]);
});
