import type { PassProduct } from '@vedong/contracts/money';
import type { RiderTrip, Settlement } from '@vedong/contracts/rider-trip';
import jsqr from 'jsqr';
import type { BrowserContext, Page } from 'playwright-core';
import { PNG } from 'pngjs';
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

/** What the page does when the rider comes back from another app. */
const comeBack = () => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));

async function beginTopUp(amount: string, provider: 'VietQR' | 'VNPay' = 'VietQR'): Promise<void> {
  await openWallet();
  await page.getByTestId('top-up').click();
  await page.getByTestId('amount').fill(amount);
  await page.getByLabel(provider).check();
  await page.getByTestId('begin-top-up').click();
}

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

const at = '2026-11-23T01:14:00Z';
const lang = { gateId: '2A-04-in', nameVi: 'Láng', nameEn: 'Lang', at };
const catLinh = { gateId: '2A-01-out', nameVi: 'Cát Linh', nameEn: 'Cat Linh', at };

function addTrip(change: Partial<RiderTrip> & { tripId: string }): void {
  issuer.trips.push({
    mode: 'metro',
    lineName: '2A',
    state: 'complete',
    entry: lang,
    exit: catLinh,
    fare: dong(9_000),
    settled: { applied: 'fare', fullFare: dong(9_000), caps: [], passId: null },
    ...change,
  });
}
const tripId = '0193a000-0000-7000-8000-000000000001';

test('the wallet shows what is in it and what each movement was', async () => {
  await signIn();
  addTrip({ tripId });
  issuer.money.move({ kind: 'top_up', subject: '', amount: 100_000 });
  issuer.money.move({ kind: 'trip', subject: '2A', amount: -8_595, tripId });
  issuer.money.move({ kind: 'pass', subject: 'Vé ngày xe buýt', amount: -30_000 });
  await page.reload();
  await openWallet();
  await expect.poll(() => page.getByTestId('balance').textContent()).toBe('61.405 đ');
  const entries = page.getByTestId('wallet-entry');
  await expect.poll(() => entries.count()).toBe(3);
  expect(await entries.allInnerTexts()).toEqual([
    expect.stringMatching(/Mua vé · Vé ngày xe buýt\s+-30\.000\sđ[\s\S]*Số dư 61\.405\sđ/),
    expect.stringMatching(/Chuyến đi · 2A\s+-8\.595\sđ[\s\S]*Số dư 91\.405\sđ/),
    expect.stringMatching(/Nạp tiền\s+\+100\.000\sđ[\s\S]*Số dư 100\.000\sđ/),
  ]);
  await fitsTheScreen();
  await page.getByTestId('language-switch').click();
  expect(await page.getByTestId('balance').textContent()).toBe('61,405 ₫');
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
  await expect.poll(() => page.getByTestId('balance').textContent()).toBe('250.000 đ');
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
  await page.getByText('khác với 150.000 đ').waitFor();
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

test('a code that has expired says what to do, and a new one can be made', async () => {
  await signIn();
  await beginTopUp('20000');
  await page.getByTestId('payment-code').waitFor();
  issuer.money.topUps[0]!.state = 'expired';
  await page.getByRole('heading', { name: 'Mã đã hết hạn' }).waitFor();
  await page.getByText('đừng chuyển lại').waitFor();
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

test.each([
  ['balance_too_low', 'Ví không đủ tiền'],
  ['pass_overlaps', 'đang có vé cùng loại'],
  ['concession_needed', 'dành cho người được giảm giá'],
  ['product_not_on_sale', 'vừa ngừng bán'],
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

test('each trip says its price and why in words', async () => {
  const pass = { passId: tripId, productNo: 12, nameVi: 'Vé tháng', nameEn: 'Monthly pass', lineId: null };
  issuer.money.passes.push({ ...pass, price: dong(280_000), boughtAt: at, startsAt: at, endsAt: null });
  const full = dong(9_000);
  const settled: Settlement = { applied: 'fare', fullFare: full, caps: [], passId: null };
  const cap = {
    capId: 'day',
    period: 'day',
    limit: dong(40_000),
    paidBefore: dong(38_000),
    applied: true,
  } as const;
  const free = dong(0);
  addTrip({ tripId: 'a', fare: free, settled: { ...settled, applied: 'pass', passId: tripId } });
  addTrip({ tripId: 'b', fare: free, settled: { ...settled, applied: 'free_category' } });
  addTrip({ tripId: 'c', fare: dong(2_000), settled: { ...settled, applied: 'cap', caps: [cap] } });
  addTrip({
    tripId: 'd',
    state: 'missing_exit',
    exit: null,
    settled: { ...settled, applied: 'incomplete' },
  });
  addTrip({ tripId: 'e', fare: free, settled: { ...settled, applied: 'free_day' } });
  addTrip({ tripId: 'f' });
  addTrip({ tripId: 'g', fare: null, settled: null });
  await signIn();
  await page.getByRole('link', { name: 'Chuyến đi' }).click();
  await page.getByTestId('trip').first().waitFor();
  expect(await page.getByTestId('trip-fare').allInnerTexts()).toEqual([
    '0 đ',
    '0 đ',
    '2.000 đ',
    '9.000 đ',
    '0 đ',
    '9.000 đ',
    'chưa tính giá',
  ]);
  expect(await page.getByTestId('trip-reason').allInnerTexts()).toEqual([
    'Vé tháng',
    'Miễn phí',
    'Giá trần ngày',
    'Giá tối đa: quên quẹt ra',
    'Ngày đi miễn phí',
    'Giá một lượt',
  ]);
});

test('a trip opened tells its story: rule and price, what reduced it, the money moved', async () => {
  const cap = {
    capId: 'day',
    period: 'day',
    limit: dong(40_000),
    paidBefore: dong(38_000),
    applied: true,
  } as const;
  addTrip({
    tripId,
    fare: dong(2_000),
    settled: { applied: 'cap', fullFare: dong(9_000), caps: [cap], passId: null },
  });
  issuer.money.move({ kind: 'trip', subject: '2A', amount: -9_000, tripId });
  issuer.money.move({ kind: 'trip_adjustment', subject: '2A', amount: 7_000, tripId });
  const step = {
    kind: 'leg',
    legs: [0],
    rule: { file: 'fare_leg_rules.txt', line: 12 },
    productRow: { file: 'fare_products.txt', line: 4 },
    fareProductId: '2A-9000',
    paidBy: 'own_product',
    amount: 9_000,
  };
  issuer.money.stories.set(tripId, {
    pricing: {
      tariffId: 'hanoi-2026',
      basis: 'tariff',
      faceValue: dong(9_000),
      steps: [step, { kind: 'new' }],
    },
    entries: issuer.money.entries,
  });
  await signIn();
  await page.getByRole('link', { name: 'Chuyến đi' }).click();
  await page.getByTestId('trip').click();
  await page.getByTestId('tariff-price').waitFor();
  expect(await page.getByTestId('fare-step').allInnerTexts()).toEqual([
    expect.stringMatching(
      /loại vé 2A-9000\s+9\.000\sđ\s+fare_leg_rules\.txt, dòng 12 · fare_products\.txt, dòng 4/,
    ),
  ]);
  expect(await page.getByTestId('settlement').innerText()).toMatch(
    /Giá trần ngày\s+9\.000\sđ[\s\S]*đã trả 38\.000\sđ trên 40\.000\sđ[\s\S]*áp dụng[\s\S]*Bạn trả\s+2\.000\sđ/,
  );
  expect(await page.getByTestId('wallet-entry').allInnerTexts()).toEqual([
    expect.stringMatching(/Điều chỉnh chuyến đi · 2A\s+\+7\.000\sđ/),
    expect.stringMatching(/Chuyến đi · 2A\s+-9\.000\sđ/),
  ]);
  await fitsTheScreen();

  await page.goto(`${issuer.url}/#trip/0193a000-0000-7000-8000-00000000ffff`);
  await page.getByRole('alert').getByText('Không tìm thấy chuyến này').waitFor();
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
