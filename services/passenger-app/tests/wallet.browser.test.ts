import jsqr from 'jsqr';
import type { BrowserContext, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { beforeEach, expect, test } from 'vitest';
import type { StandIn } from './issuer-stand-in.ts';
import { passengerPage } from './passenger-page.ts';

const passenger = passengerPage();
const { signIn } = passenger;
let issuer: StandIn;
let context: BrowserContext;
let page: Page;
beforeEach(() => ({ issuer, context, page } = passenger.opened()));

/** Of a trip. */
const tripId = '0193a000-0000-7000-8000-000000000001';

const openWallet = () => page.getByRole('link', { name: 'Ví', exact: true }).click();
const fitsTheScreen = async () =>
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);

/** What the page does when the rider comes back from another app. */
const comeBack = () => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));

async function beginTopUp(amount: string, provider: 'VietQR' | 'VNPay' = 'VietQR'): Promise<void> {
  await openWallet();
  await page.getByTestId('top-up').click();
  await page.getByTestId('amount').fill(amount);
  await page.getByLabel(provider).check();
  await page.getByTestId('begin-top-up').click();
}

test('the wallet shows what is in it and what each movement was', async () => {
  await signIn();
  issuer.trips.push({
    tripId,
    mode: 'metro',
    lineName: '2A',
    state: 'open',
    entry: { gateId: '2A-04-in', nameVi: 'Láng', nameEn: 'Lang', at: new Date().toISOString() },
    exit: null,
    fare: null,
    settled: null,
  });
  issuer.money.move({ kind: 'top_up', subject: '', amount: 100_000 });
  issuer.money.move({ kind: 'trip', subject: '2A', amount: -8_595, tripId });
  issuer.money.move({ kind: 'pass', subject: 'Vé ngày xe buýt', amount: -30_000 });
  await page.reload();
  await openWallet();
  await expect.poll(() => page.getByTestId('balance').textContent()).toBe('61.405\u00a0đ');
  const entries = page.getByTestId('wallet-entry');
  await expect.poll(() => entries.count()).toBe(3);
  expect(await entries.allInnerTexts()).toEqual([
    expect.stringMatching(/Mua vé · Vé ngày xe buýt\s+-30\.000\sđ[\s\S]*Số dư 61\.405\sđ/),
    expect.stringMatching(/Chuyến đi · 2A\s+-8\.595\sđ[\s\S]*Số dư 91\.405\sđ/),
    expect.stringMatching(/Nạp tiền\s+\+100\.000\sđ[\s\S]*Số dư 100\.000\sđ/),
  ]);
  await fitsTheScreen();
  await page.getByTestId('language-switch').click();
  expect(await page.getByTestId('balance').textContent()).toBe('61,405\u00a0₫');
  await page.getByRole('link', { name: 'Trip · 2A' }).click();
  await page.getByTestId('trip').waitFor();
});

test('more movements than a screen holds are shown on demand, and without a network the kept balance', async () => {
  for (let count = 0; count < 25; count += 1)
    issuer.money.move({ kind: 'top_up', subject: '', amount: 10_000 });
  await signIn();
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  await openWallet();
  await expect.poll(() => page.getByTestId('wallet-entry').count()).toBe(20);
  await page.getByRole('button', { name: 'Xem các khoản cũ hơn' }).click();
  await expect.poll(() => page.getByTestId('wallet-entry').count()).toBe(25);
  await context.setOffline(true);
  await page.reload();
  await expect.poll(() => page.getByTestId('balance').textContent()).toBe('250.000\u00a0đ');
  await page.getByText('Số dư đã lưu trên máy').waitFor();
  await page.getByRole('alert').getByText('Không kết nối được').waitFor();
  await context.setOffline(false);
  await page.getByRole('button', { name: 'Thử lại' }).click();
  await expect.poll(() => page.getByTestId('wallet-entry').count()).toBe(20);
});

test('a VietQR code is readable, says its amount and message, and turns to “received” when the bank tells', async () => {
  issuer.money.demoPayUrl = 'http://bank.example/vietqr';
  await signIn();
  await openWallet();
  await page.getByTestId('top-up').click();
  await page.getByTestId('amount-chip').filter({ hasText: '200.000 đ' }).click();
  expect(await page.getByTestId('amount').inputValue()).toBe('200.000');
  await page.getByTestId('begin-top-up').click();
  await page.getByRole('heading', { name: 'Chuyển 200.000 đ' }).waitFor();
  expect(await page.getByTestId('top-up-reference').textContent()).toBe('thanh toan don hang');
  expect(await page.getByTestId('demo-pay').getAttribute('href')).toBe(issuer.money.demoPayUrl);
  const { data, width, height } = PNG.sync.read(await page.getByTestId('payment-code').screenshot());
  const read = jsqr.default(new Uint8ClampedArray(data), width, height)?.data;
  expect(read).toBe(issuer.money.topUps[0]?.qrText);
  await fitsTheScreen();

  const download = page.waitForEvent('download');
  await page.getByTestId('save-code').click();
  expect((await download).suggestedFilename()).toBe('ma-vietqr.png');

  // The page ends while the rider pays in another app, and is opened again.
  await page.reload();
  await page.getByTestId('payment-code').waitFor();
  issuer.money.pay();
  await comeBack();
  await page.getByRole('heading', { name: 'Đã nhận 200.000 đ' }).waitFor();
  await page.getByText('Số dư mới: 200.000 đ').waitFor();
});

test('another amount arrives than was asked for: the page says so', async () => {
  await signIn();
  await beginTopUp('150000');
  await page.getByTestId('payment-code').waitFor();
  issuer.money.pay(140_000);
  await page.getByRole('heading', { name: 'Đã nhận 140.000 đ' }).waitFor();
  expect(await page.getByTestId('top-up-state').innerText()).toMatch(/khác với 150\.000\sđ/);
});

test('VNPay: the payment page opens, and the way back leads to what became of it', async () => {
  await signIn();
  await beginTopUp('50000', 'VNPay');
  await page.waitForURL('**/healthz?vnpay');
  const [topUp] = issuer.money.topUps;
  await page.goto(`${issuer.url}/#top-up/${topUp?.topUpId}?vnp_ResponseCode=00`);
  await page.getByRole('heading', { name: 'Trả 50.000 đ qua VNPay' }).waitFor();
  expect(await page.getByTestId('open-vnpay').getAttribute('href')).toBe(topUp?.payUrl);
  topUp!.state = 'failed';
  await page.getByRole('heading', { name: 'Chưa trả được' }).waitFor();
  issuer.money.pay();
  await comeBack();
  await page.getByRole('heading', { name: 'Đã nhận 50.000 đ' }).waitFor();
});

test('a top-up that has expired says what to do, and a new one can be begun', async () => {
  await signIn();
  await beginTopUp('20000');
  await page.getByTestId('payment-code').waitFor();
  issuer.money.topUps[0]!.state = 'expired';
  await page.getByRole('heading', { name: 'Lần nạp này đã hết hạn' }).waitFor();
  expect(await page.getByTestId('top-up-state').innerText()).toContain('đừng chuyển lại');
  await page.getByTestId('top-up-again').click();
  await page.getByTestId('begin-top-up').waitFor();
});

test('top-up errors: outside the limits, a provider that is away, one that is not mine', async () => {
  await signIn();
  await beginTopUp('9.999x');
  await page.getByRole('alert').getByText('từ 10.000 đ đến 10.000.000 đ').waitFor();
  expect(await page.getByTestId('amount').inputValue()).toBe('9.999');
  issuer.money.refuseTopUpsWith = 'provider_not_configured';
  await page.getByTestId('amount').fill('20000');
  await page.getByTestId('begin-top-up').click();
  await page.getByRole('alert').getByText('Hãy chọn cách trả khác').waitFor();
  expect(issuer.money.topUps).toEqual([]);
  await page.goto(`${issuer.url}/#top-up/${tripId}`);
  await page.getByRole('alert').getByText('Không tìm thấy lần nạp này').waitFor();
});

test('below zero: the kept codes go on with a plain line, no new ones come, and topping up brings them back', async () => {
  await signIn();
  issuer.money.move({ kind: 'trip', subject: '2A', amount: -3_000 });
  await comeBack();
  const notice = page.getByTestId('below-zero');
  await expect
    .poll(() => notice.innerText())
    .toMatch(/Ví đang âm \(-3\.000\sđ\)[\s\S]*nạp tiền để tiếp tục dùng mã/);
  expect(await page.getByTestId('code').count()).toBe(1);
  await fitsTheScreen();

  // A phone with nothing kept gets no code at all.
  await page.evaluate(() => indexedDB.deleteDatabase('vedong'));
  await context.clearCookies();
  await page.goto('about:blank');
  await page.goto(issuer.url);
  await page.getByTestId('phone').fill('0912 345 678');
  await page.getByTestId('send-code').click();
  await page.getByTestId('fill-demo-code').click();
  await page.getByTestId('enter-code').click();
  await page.getByRole('heading', { name: 'Ví đang âm' }).waitFor();
  await page.getByRole('link', { name: 'Mở ví' }).click();
  expect(await page.getByTestId('below-zero').innerText()).toMatch(/Nạp ít nhất 3\.000\sđ/);
  await page.getByTestId('top-up').click();
  await page.getByTestId('amount').fill('20000');
  await page.getByTestId('begin-top-up').click();
  await page.getByTestId('payment-code').waitFor();
  issuer.money.pay();
  await page.getByRole('heading', { name: 'Đã nhận 20.000 đ' }).waitFor();
  await page.getByRole('link', { name: 'Về mã vé' }).click();
  await page.getByTestId('code').waitFor();
});
