import type { PassProduct } from '@vedong/contracts/money';
import type { BrowserContext, Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import type { StandIn } from './issuer-stand-in.ts';
import { dong } from './money-stand-in.ts';
import { passengerPage } from './passenger-page.ts';

const passenger = passengerPage();
const { signIn } = passenger;
let issuer: StandIn;
let context: BrowserContext;
let page: Page;
beforeEach(() => ({ issuer, context, page } = passenger.opened()));

const openWallet = () => page.getByRole('link', { name: 'Ví', exact: true }).click();
const fitsTheScreen = async () =>
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);

const monthPass: PassProduct = {
  productNo: 12,
  nameVi: 'Vé tháng xe buýt liên tuyến',
  nameEn: 'Bus monthly pass, all routes',
  price: dong(280_000),
  modes: ['bus'],
  scope: 'network',
  durationDays: 30,
  activation: 'purchase',
  concessions: [0],
};
const linePass: PassProduct = {
  ...monthPass,
  productNo: 13,
  nameVi: 'Vé tháng xe buýt một tuyến (ưu tiên)',
  nameEn: 'Bus monthly pass, one route, priority',
  price: dong(70_000),
  scope: 'line',
  concessions: [1],
};
const dayPass: PassProduct = {
  ...monthPass,
  productNo: 7,
  nameVi: 'Vé ngày đa phương thức',
  nameEn: 'Bus and metro day pass',
  price: dong(50_000),
  modes: ['metro', 'bus'],
  durationDays: 1,
  activation: 'first_use',
};

test('a pass is bought from the wallet and names itself on the code screen, also without a network', async () => {
  issuer.money.products.push(dayPass, monthPass);
  issuer.money.move({ kind: 'top_up', subject: '', amount: 300_000 });
  await signIn();
  expect(await page.getByTestId('good-for').textContent()).toBe('Trả theo lượt · metro và xe buýt');
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await openWallet();
  await page.getByTestId('open-passes').click();
  await expect
    .poll(() => page.getByTestId('product').allInnerTexts())
    .toEqual([
      expect.stringMatching(
        /Vé ngày đa phương thức[\s\S]*50\.000\sđ[\s\S]*mọi tuyến metro và xe buýt · 1 ngày, tính từ lần quẹt/,
      ),
      expect.stringMatching(
        /liên tuyến[\s\S]*280\.000\sđ[\s\S]*mọi tuyến xe buýt · 30 ngày, tính từ khi mua/,
      ),
    ]);
  await fitsTheScreen();
  await page.getByRole('button', { name: 'Mua Vé tháng xe buýt liên tuyến' }).click();
  await page.getByText('Ví có 300.000 đ, sau khi mua còn 20.000 đ.').waitFor();
  await page.getByTestId('confirm').dblclick();
  await page.getByTestId('bought').getByText('Đã mua Vé tháng xe buýt liên tuyến.').waitFor();
  await expect.poll(() => page.getByTestId('pass-state').allInnerTexts()).toEqual(['đang dùng']);
  expect(issuer.money.balance).toBe(20_000);
  await page.getByRole('link', { name: 'Mã vé' }).click();
  const goodFor = () => page.getByTestId('good-for').textContent();
  await expect.poll(goodFor).toMatch(/^Vé tháng xe buýt liên tuyến · đến \d\d:\d\d, /);
  await context.setOffline(true);
  await page.reload();
  await expect.poll(goodFor).toMatch(/^Vé tháng xe buýt liên tuyến/);
});

test('the answer to a purchase is lost: trying again buys nothing more', async () => {
  issuer.money.products.push(dayPass);
  issuer.money.move({ kind: 'top_up', subject: '', amount: 120_000 });
  issuer.money.losesAnswers = true;
  await signIn();
  await page.goto(`${issuer.url}/#passes`);
  await page.getByTestId('buy').click();
  await page.getByTestId('confirm').click();
  await page.getByRole('alert').getByText('Máy chủ đang gặp sự cố').waitFor();
  issuer.money.losesAnswers = false;
  await page.getByTestId('confirm').click();
  await expect.poll(() => page.getByTestId('pass-state').allInnerTexts()).toEqual(['chờ dùng lần đầu']);
  expect(issuer.money).toMatchObject({ balance: 70_000, passes: [{ productNo: 7 }] });
});

test('a pass for one line asks for the line; without lines to choose from it is not offered', async () => {
  issuer.money.products.push(monthPass, linePass);
  issuer.money.move({ kind: 'top_up', subject: '', amount: 100_000 });
  await signIn();
  await page.goto(`${issuer.url}/#passes`);
  await page.getByTestId('product').first().waitFor();
  expect(await page.getByTestId('product').count()).toBe(1);

  issuer.money.lines = [
    { lineId: '32', nameVi: 'Buýt 32: Giáp Bát – Nhổn', nameEn: 'Bus 32: Giap Bat – Nhon', mode: 'bus' },
    { lineId: '2A', nameVi: 'Tuyến 2A', nameEn: 'Line 2A', mode: 'metro' },
  ];
  await page.reload();
  const product = page.getByTestId('product').filter({ hasText: 'một tuyến (ưu tiên)' });
  expect(await product.innerText()).toMatch(/một tuyến xe buýt bạn chọn[\s\S]*Chỉ cho người được giảm giá/);
  await product.getByTestId('buy').click();
  await page.getByTestId('confirm').click();
  expect(issuer.money.passes).toEqual([]);
  const choice = page.getByTestId('choose-line');
  expect(await choice.locator('option').allInnerTexts()).toEqual(['Chọn tuyến…', 'Buýt 32: Giáp Bát – Nhổn']);
  await choice.selectOption('32');
  await page.getByTestId('confirm').click();
  await expect
    .poll(() => page.getByTestId('pass').allInnerTexts())
    .toEqual([expect.stringContaining('Vé tháng xe buýt một tuyến (ưu tiên), tuyến 32')]);
  expect(issuer.money.passes).toMatchObject([{ productNo: 13, lineId: '32' }]);
});

test('a pass for one line is bought in English, for a line that is refused at first', async () => {
  issuer.money.products.push({ ...linePass, nameEn: 'Bus monthly pass, one route', concessions: [0] });
  issuer.money.lines = [
    { lineId: '32', nameVi: 'Buýt 32: Giáp Bát – Nhổn', nameEn: 'Bus 32: Giap Bat – Nhon', mode: 'bus' },
    { lineId: '01', nameVi: 'Buýt 01', nameEn: 'Bus 01: Gia Lam – Yen Nghia', mode: 'bus' },
    { lineId: '2A', nameVi: 'Tuyến 2A', nameEn: 'Line 2A', mode: 'metro' },
  ];
  issuer.money.move({ kind: 'top_up', subject: '', amount: 100_000 });
  await signIn();
  await page.getByTestId('language-switch').click();
  await page.goto(`${issuer.url}/#passes`);
  const product = page.getByTestId('product');
  expect(await product.innerText()).toMatch(
    /one route[\s\S]*70,000[\s\S]*One bus line of your choice · 30 days/,
  );
  await page.getByRole('button', { name: 'Buy Bus monthly pass, one route' }).click();
  const choice = page.getByTestId('choose-line');
  await choice.waitFor();
  expect(await choice.locator('option').allInnerTexts()).toEqual([
    'Choose a line…',
    'Bus 32: Giap Bat – Nhon',
    'Bus 01: Gia Lam – Yen Nghia',
  ]);
  await choice.selectOption('01');
  issuer.money.refusePurchasesWith = 'line_not_found';
  await page.getByTestId('confirm').click();
  await page.getByRole('alert').getByText('not sold for that line').waitFor();
  await fitsTheScreen();
  expect(issuer.money.balance).toBe(100_000);
  issuer.money.refusePurchasesWith = null;
  await choice.selectOption('32');
  await page.getByTestId('confirm').click();
  await page.getByTestId('bought').getByText('Bus monthly pass, one route').waitFor();
  await expect.poll(() => page.getByTestId('pass').innerText()).toContain('32');
  expect(issuer.money).toMatchObject({ balance: 30_000, passes: [{ productNo: 13, lineId: '32' }] });
});

test.each([
  ['balance_too_low', 'Ví không đủ tiền'],
  ['pass_overlaps', 'đang có vé cùng loại'],
  ['concession_needed', 'dành cho người được giảm giá'],
  ['product_not_on_sale', 'vừa ngừng bán'],
  ['line_needed', 'Hãy chọn tuyến'],
  ['line_not_found', 'Hãy chọn tuyến khác'],
])('a purchase refused with %s says what to do', async (code, text) => {
  issuer.money.products.push(dayPass);
  issuer.money.refusePurchasesWith = code;
  await signIn();
  await page.goto(`${issuer.url}/#passes`);
  await page.getByTestId('buy').click();
  expect(await page.getByTestId('too-little').innerText()).toMatch(/còn thiếu 50\.000\sđ/);
  await page.getByTestId('confirm').click();
  await page.getByRole('alert').getByText(text).waitFor();
});
