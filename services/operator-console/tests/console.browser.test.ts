/** The console in real Chromium: sign-in, the live list, filters, one trip, enrolment, the end of a session. */
import { expect, it } from 'vitest';
import { operator, page, signIn, useConsole } from './console-under-test.ts';
import { tripNumber } from './small-network.ts';
import { staff } from './stand-in-operator.ts';

useConsole((operator) => {
  operator.trips = Array.from({ length: 120 }, (_, index) => tripNumber(120 - index));
});

const rows = () => page.getByTestId('trip-row');
const statesShown = async () => [
  ...new Set(await rows().locator('.badge:not([data-testid=in-conflict])').allInnerTexts()),
];

it('says so when the password is wrong, and keeps what was typed', async () => {
  await signIn('/', 'wrong');
  expect(await page.getByRole('alert').innerText()).toContain('Thư điện tử hoặc mật khẩu không đúng.');
  expect(await page.getByTestId('email').inputValue()).toBe(staff.email);
});

it('shows the newest trips, older ones on demand, and new ones by themselves above', async () => {
  await signIn();
  await rows().nth(49).waitFor();
  expect(await rows().count()).toBe(50);
  await page.getByTestId('load-more').click();
  await rows().nth(99).waitFor();
  operator.trips.unshift(tripNumber(121));
  await rows().nth(100).waitFor();
  const first = await rows().first().innerText();
  expect(first).toContain('09:01:05');
  expect(first).toContain('chưa tính giá');
});

it('filters by what the address says and by what is chosen', async () => {
  await signIn('/#/trips?state=missing_exit');
  await rows().first().waitFor();
  expect(await statesShown()).toEqual(['! Thiếu lượt ra']);
  await page.getByTestId('filters').locator('[name=state]').selectOption('open');
  await rows().filter({ hasText: 'Đang đi' }).first().waitFor();
  expect(await statesShown()).toEqual(['→ Đang đi']);
  expect(page.url()).toContain('state=open');
});

it('stands still while paused, but still shows what is asked for', async () => {
  await signIn();
  await rows().first().waitFor();
  await page.getByRole('button', { name: 'Tạm dừng cập nhật' }).click();
  await page.getByTestId('filters').locator('[name=state]').selectOption('open');
  await expect.poll(statesShown).toEqual(['→ Đang đi']);
  const before = await rows().count();
  operator.trips.unshift(tripNumber(122));
  await page.waitForTimeout(2500); // longer than between two polls
  expect(await rows().count()).toBe(before);
  await page.getByRole('button', { name: 'Tiếp tục cập nhật' }).click();
  await rows().nth(before).waitFor();
});

it('opens a trip with its taps, and closes it with Escape', async () => {
  await signIn();
  await rows().first().click();
  const details = page.getByTestId('trip-details');
  await details.getByRole('listitem').first().waitFor();
  expect(await details.innerText()).toMatch(/Từ chối\s+Mã cũ/);
  await page.keyboard.press('Escape');
  await details.waitFor({ state: 'detached' });
});

it('says why a trip costs what it costs', async () => {
  await signIn();
  await rows().filter({ hasText: '8.000' }).first().click();
  const story = page.getByTestId('price-story');
  await story.waitFor();
  const words = await story.innerText();
  expect(words).toContain('Theo biểu giá');
  expect(words).toContain('tariff-2026-01-01-abc');
  expect(words).toMatch(/sản phẩm bus-under-15km\s+8\.000/);
  expect(words).toContain('fare_leg_rules.txt:190');
  expect(words).not.toContain('fare_products.txt:111');
  await story.getByText('Dòng không áp dụng').click();
  expect(await story.innerText()).toContain('amount: dòng ghi 9000, chuyến có 8000');
});

it('imports a tariff, names what is wrong with one and what is in the way, and ends one', async () => {
  const choose = async (content: string): Promise<void> => {
    const file = { name: 'gtfs.zip', mimeType: 'application/zip', buffer: Buffer.from(content) };
    await page.getByTestId('tariff-file').setInputFiles(file);
    await page.getByTestId('tariff-from').fill('2026-12-01');
    await page.getByTestId('import-tariff').click();
  };
  await signIn('/#/tariffs');
  await page.getByText('Chưa có biểu giá nào').waitFor();
  await page.getByText('Nhập biểu giá mới').click();
  await choose('wrong');
  await page.getByTestId('problem-row').nth(1).waitFor();
  expect(await page.getByTestId('problem-row').nth(1).innerText()).toMatch(
    /fare_products\.txt\s+7\s+amount\s+nhiều số lẻ hơn tiền tệ cho phép\s+too_precise\s+8000\.5/,
  );
  expect(await page.getByTestId('tariff-problems').innerText()).toContain('12 lỗi nữa');
  await choose('right');
  await page.getByTestId('tariff-imported').waitFor();
  const row = page.getByTestId('tariff-row');
  await row.waitFor();
  expect(await row.innerText()).toContain('chưa định');
  await choose('another');
  await page.getByText('tariff-1 is in the way.').waitFor();
  expect(await page.getByRole('alert').innerText()).toContain('Trùng ngày với một biểu giá khác');
  await row.getByText('Đặt ngày cuối').first().click();
  await row.getByTestId('end-day').fill('2026-12-31');
  await page.keyboard.press('Enter');
  await row.filter({ hasText: '2026-12-31' }).waitFor();
});

it('lists refused taps with their reason', async () => {
  await signIn('/#/taps?outcome=rejected');
  const tap = page.getByTestId('tap-row').first();
  await tap.waitFor();
  expect(await tap.innerText()).toMatch(/Từ chối\s+Mã cũ/);
});

it('gives a new validator’s code once', async () => {
  await signIn('/#/gates');
  await page.getByText('Khai báo máy soát vé mới').click();
  await page.getByTestId('validator-name').fill('Ga Láng');
  await page.keyboard.press('Enter');
  const enrolment = page.getByTestId('enrolment');
  expect(await enrolment.innerText()).toContain('K7QF-9D2M-XW4T');
  await enrolment.getByRole('button', { name: 'Đóng' }).click();
  expect(await page.getByText('K7QF-9D2M-XW4T').count()).toBe(0);
});

it('revokes a validator with a reason, and says of it who did it and why', async () => {
  operator.revocation = null;
  await signIn('/#/gates');
  const row = page.getByTestId('validator-row').filter({ hasText: 'v-bus-32' });
  await row.getByTestId('revoke').click();
  await page.keyboard.type('Mất trộm');
  await row.getByTestId('revoke-now').click();
  await row.getByText('Đã thu hồi').waitFor();
  expect(await row.innerText()).toContain(`Mất trộm · ${staff.email}`);
  expect(operator.revocation).toMatchObject({ reason: 'Mất trộm' });
  expect(await row.getByTestId('revoke').count()).toBe(0);
});

it('says of a gate that it asks for its own code', async () => {
  await signIn('/#/gates');
  const challenge = page.getByTestId('gate-row').first().getByTestId('challenge');
  await challenge.check();
  await expect.poll(() => operator.challengeGates.size, { timeout: 30_000 }).toBe(1);
  await page.reload();
  await expect.poll(() => challenge.isChecked(), { timeout: 30_000 }).toBe(true);
});

it('shows what a validator says of itself, and lets a gate class be changed', async () => {
  await signIn('/#/gates');
  const validator = page.getByTestId('validator-row').first();
  await validator.waitFor();
  expect(await validator.innerText()).toMatch(/Giờ của cổng chưa chắc[^]*lệch giờ -300\.0 s · chờ gửi 89/);
  await validator.getByTestId('quarantined').click();
  const aside = validator.getByTestId('quarantined-row');
  await aside.nth(1).waitFor();
  expect(await aside.first().innerText()).toContain('Máy báo sổ ghi từng hỏng');
  await takePictures('quarantined');
  await page.keyboard.press('Escape');
  await page.getByTestId('gates-rules').click();
  const row = page.getByTestId('gate-class-row');
  await row.waitFor();
  expect(await row.innerText()).toMatch(/standard[^]*vẫn mở[^]*mở có giới hạn/);
  await page.getByText('Thêm hoặc sửa một loại').click();
  await page.getByTestId('class-id').fill('bus-reader');
  await page.getByTestId('class-form').locator('[name=guard_local]').selectOption('closed');
  await page.getByTestId('class-form').locator('[name=cardRides]').fill('3');
  await page.keyboard.press('Enter');
  await row.nth(1).waitFor();
  expect(operator.gateClasses.at(-1)).toMatchObject({
    classId: 'bus-reader',
    policies: { guard_local: 'closed', clock_unsure: 'limited' },
    limits: { cardRides: 3, gateRides: 2000, cardValue: null },
    rideValue: null,
  });
  await takePictures('rules');
  await page.getByTestId('gates-state').click();
  await validator.waitFor();
  await takePictures('gates');
  await page.getByRole('button', { name: 'English' }).click();
  await takePictures('gates-en');
});

it('sets a line’s anti-passback rule by keyboard, says what it means and what cannot be, and who set it', async () => {
  operator.passbackChanges = [];
  await signIn('/#/gates?show=rules');
  const row = page.getByTestId('passback-row').filter({ hasText: '32 Giáp Bát' });
  await row.getByText('Tắt: cùng một thẻ được quét lại ngay.').waitFor();
  await row.getByTestId('change-passback').focus();
  await page.keyboard.press('Enter');
  const form = row.getByTestId('passback-form');
  await form.locator('[name=seconds]').fill('60');
  await form.getByLabel('Cho nhiều người').press('Space');
  await form.locator('[name=persons]').fill('4');
  await form.locator('[name=groupSeconds]').fill('20');
  const wrong = form.getByRole('alert');
  expect(await wrong.innerText()).toContain('4 người cần ít nhất 45 giây');
  await page.keyboard.press('Enter');
  expect(await form.locator('[aria-invalid=true]').getAttribute('name')).toBe('groupSeconds');
  expect(operator.passbackChanges).toEqual([]);
  await form.locator('[name=groupSeconds]').fill('45');
  await wrong.waitFor({ state: 'detached' });
  expect(await row.getByTestId('passback-preview').innerText()).toContain(
    'từ chối ở đúng đầu đọc đó trên xe trong 60 giây; nhưng đến 4 người được đi bằng một thẻ trong 45 giây',
  );
  await page.keyboard.press('Enter');
  await form.getByText('Đã lưu.').waitFor();
  const rule = { within: 'gate', seconds: 60, group: { persons: 4, seconds: 45 } };
  expect(operator.passbackChanges).toMatchObject([{ lineId: '32', passback: rule, by: staff.email }]);
  const history = row.getByTestId('passback-history');
  await history.getByText('Những lần sửa (1)').click({ timeout: 30_000 });
  expect(await history.innerText()).toContain(staff.email);
  await takePictures('passback');
  await page.keyboard.press('Escape');
  await row.getByText('đến 4 người').first().waitFor();
  expect(await row.innerText()).toContain(staff.email);
  // Metro riders tap off: no groups there.
  const metro = page.getByTestId('passback-row').first();
  await metro.getByTestId('change-passback').click();
  await metro.getByText('Trên tuyến có quét ra, mỗi người cần thẻ của mình').waitFor();
  expect(await metro.locator('[name=isGroup]').count()).toBe(0);
});

it('goes back to sign-in with a word when the session has ended', async () => {
  await signIn();
  await rows().first().waitFor();
  operator.isSignedIn = false;
  await page.getByTestId('sign-in').waitFor();
  expect(await page.locator('main').innerText()).toContain('Phiên làm việc đã hết');
});

/** Where somebody asks for them, to look at. */
async function takePictures(name: string): Promise<void> {
  if (!process.env['PICTURES']) return;
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: `${process.env['PICTURES']}/${name}-${width}.png`, fullPage: true });
  }
}
