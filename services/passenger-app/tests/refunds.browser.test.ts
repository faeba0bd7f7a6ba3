import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import type { StandIn } from './issuer-stand-in.ts';
import { dong } from './money-stand-in.ts';
import { passengerPage } from './passenger-page.ts';

const passenger = passengerPage();
const { signIn } = passenger;
let issuer: StandIn;
let page: Page;
beforeEach(async () => {
  ({ issuer, page } = passenger.opened());
  issuer.money.move({ kind: 'top_up', subject: 'VD0123456789AB', amount: 50_000 });
  await signIn();
});

const fitsTheScreen = async () =>
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
const openReceipt = async () => {
  await page.getByRole('link', { name: 'Ví', exact: true }).click();
  await page.getByTestId('wallet-entry').getByRole('link').click();
  await page.getByTestId('receipt').waitFor();
};

test('a movement leads to its receipt, to keep as PDF', async () => {
  await openReceipt();
  const text = await page.getByTestId('receipt').innerText();
  for (const words of ['Nạp tiền', '+50.000', 'VD-0123456789AB', 'VietQR', 'VD0123456789AB']) {
    expect(text).toContain(words);
  }
  const [entry] = issuer.money.entries;
  expect(await page.getByTestId('open-pdf').getAttribute('href')).toBe(
    `/v1/receipts/${entry!.transactionId}.pdf`,
  );
  await fitsTheScreen();
});

test('a refund is asked for from the receipt, and its state shows in the wallet', async () => {
  await openReceipt();
  await page.getByTestId('ask-refund').click();
  await page.getByText('Hoàn về nơi bạn đã chuyển tiền.').waitFor();
  expect(await page.getByTestId('most').innerText()).toMatch(/^30\.000/);
  await page.getByTestId('amount').fill('20000');
  await page.getByTestId('ask').click();
  await page.getByTestId('confirm').click();
  await page.getByTestId('refund-made').waitFor();
  expect(issuer.money.refunds).toMatchObject([{ amount: dong(20_000), of: 'top_up' }]);
  await page.getByRole('link', { name: 'Về ví' }).click();
  await page.getByTestId('refund').waitFor();
  expect(await page.getByTestId('refund').innerText()).toContain('Đang chuyển về nơi bạn đã trả');
  await fitsTheScreen();
});

test('a large refund says that staff look at it', async () => {
  issuer.money.offer = { ...issuer.money.offer, paid: dong(500_000), most: dong(300_000) };
  await openReceipt();
  await page.getByTestId('ask-refund').click();
  await page.getByTestId('ask').click();
  await page.getByText('Nhân viên sẽ duyệt.').waitFor();
  await page.getByTestId('confirm').click();
  expect(await page.getByTestId('refund-made').getAttribute('data-state')).toBe('waiting');
});

test.each([
  ['refund_too_large', 'Nhập số nhỏ hơn'],
  ['balance_too_low', 'Ví không còn đủ số này'],
  ['refund_offer_changed', 'xem lại'],
  ['refund_not_offered', 'Tiền vẫn ở trong ví'],
])('a refund refused with %s says what to do', async (code, words) => {
  issuer.money.refuseRefundsWith = code;
  await openReceipt();
  await page.getByTestId('ask-refund').click();
  await page.getByTestId('ask').click();
  await page.getByTestId('confirm').click();
  await page.getByRole('alert').filter({ hasText: words }).waitFor();
  expect(issuer.money.refunds).toEqual([]);
});

test.each([
  ['given_back', 'đã được hoàn'],
  ['used_none', 'Vé đã dùng không được hoàn'],
  ['ended', 'đã hết hạn'],
  ['not_paid', 'chưa được trả'],
  ['not_offered', 'chưa hoàn tiền được ở đây'],
] as const)('nothing to give back, as %s, is said in words', async (rule, words) => {
  issuer.money.offer = { ...issuer.money.offer, most: dong(0), rule };
  await openReceipt();
  await page.getByTestId('ask-refund').click();
  await page.getByText(words).waitFor();
  expect(await page.getByTestId('ask').count()).toBe(0);
});

/** A picture of one pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

test('a concession is applied for with a photo, made a JPEG on the phone, and its state is shown', async () => {
  await page.getByRole('link', { name: 'Thẻ của bạn', exact: true }).click();
  await page.getByTestId('concession-of').click();
  await page.getByText('Thẻ này trả giá thường.').waitFor();
  await page.getByTestId('category').selectOption('elderly');
  await page.getByTestId('apply').click();
  await page.getByRole('alert').filter({ hasText: 'Chụp lại ảnh giấy tờ' }).waitFor();
  await page.getByTestId('picture').setInputFiles({ name: 'the.png', mimeType: 'image/png', buffer: png });
  await fitsTheScreen();
  await page.getByTestId('apply').click();
  await page.getByText('Người cao tuổi: Đang chờ nhân viên duyệt').waitFor();
  expect(issuer.money.pictureBegins).toBe('ffd8ff');
  expect(await page.getByTestId('apply').count()).toBe(0);
  issuer.money.concession = { category: 'elderly', class: 2, until: '2027-06-30' };
  Object.assign(issuer.money.application!, { state: 'approved', reason: 'Hợp lệ' });
  await page.reload();
  await page.getByText('Miễn phí: Người cao tuổi, đến hết 2027-06-30').waitFor();
});
