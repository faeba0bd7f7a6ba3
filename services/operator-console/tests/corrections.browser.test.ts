/** Corrections in real Chromium: the queue, the trip with its evidence, and deciding. */
import type { QueuedCorrection } from '@vedong/contracts';
import { expect, it } from 'vitest';
import { operator, page, signIn, useConsole } from './console-under-test.ts';
import { tripNumber } from './small-network.ts';
import { staff } from './stand-in-operator.ts';

const all = Array.from({ length: 30 }, (_, index) => tripNumber(30 - index));
const missing = all.find(({ state }) => state === 'missing_exit')!;
const whole = all.find(({ state, mode }) => state === 'complete' && mode === 'metro')!;

useConsole((operator) => {
  operator.trips = structuredClone(all);
  operator.requests.length = 0;
  operator.decisions.length = 0;
});

function ask(tripId: string, change: Partial<QueuedCorrection> = {}): void {
  const askedAt = '2026-11-23T03:00:00Z';
  operator.requests.push({
    requestId: `0193574e-9999-7000-8000-${String(operator.requests.length).padStart(12, '0')}`,
    tripId,
    serviceDay: '2026-11-23',
    kind: 'forgot_tap',
    placeName: 'Láng',
    words: 'Cổng ra mở sẵn',
    askedAt,
    receivedAt: askedAt,
    ...change,
  });
}

it('shows what riders ask for, and a decision from there completes the trip', async () => {
  ask(missing.tripId);
  await signIn('/#/corrections');
  const row = page.getByTestId('correction-row');
  await row.waitFor();
  expect(await row.innerText()).toMatch(/Quên quẹt[\s\S]*Láng[\s\S]*Cổng ra mở sẵn[\s\S]*Thiếu lượt ra/);
  await row.getByText('Xem và quyết định').click();
  const details = page.getByTestId('trip-details');
  await details.getByTestId('decision-kind').waitFor();
  expect(await details.getByTestId('pairing').innerText()).toContain('không có lượt ra');
  expect(await details.getByTestId('trip-corrections').innerText()).toContain('Cổng ra mở sẵn');

  // The place that is known from the tap cannot be the missing one.
  const offered = await details.getByTestId('decision-place').locator('option').allInnerTexts();
  expect(offered).not.toContain(missing.entry?.nameVi);
  await details.getByTestId('decision-place').selectOption({ label: 'Yên Nghĩa' });
  await details.getByTestId('decision-reason').fill('Đúng như camera');
  await details.getByTestId('save-decision').click();
  await details.getByTestId('decision').waitFor();
  expect(operator.decisions).toMatchObject([
    { tripId: missing.tripId, told: { kind: 'complete', reason: 'Đúng như camera', decidedBy: staff.email } },
  ]);
  expect(await details.getByTestId('trip-corrections').innerText()).toMatch(
    /Điền lượt thiếu[\s\S]*ha@example\.vn[\s\S]*Đúng như camera/,
  );
  await page.keyboard.press('Escape');
  await page.getByText('Không có yêu cầu nào đang chờ').waitFor();
  await page.getByTestId('queue-answered').click();
  await page.getByTestId('correction-row').waitFor();
  expect(await page.getByTestId('correction-row').innerText()).toContain('Đúng như camera');
});

it('waives a trip without a request, refuses only where there is one, and takes decisions back', async () => {
  await signIn(`/#/trips?trip=${whole.tripId}`);
  const details = page.getByTestId('trip-details');
  const kinds = () => details.getByTestId('decision-kind').locator('option').allInnerTexts();
  await details.getByText('Quyết định về chuyến này').click();
  await expect.poll(kinds, { timeout: 30_000 }).toEqual(['Miễn thu']);
  // Without a reason nothing is sent.
  await details.getByTestId('save-decision').click();
  expect(operator.decisions).toEqual([]);
  await details.getByTestId('decision-reason').fill('Tàu dừng giữa đường');
  await details.getByTestId('save-decision').click();
  await details.getByText('Đã lưu').waitFor();
  await expect.poll(kinds, { timeout: 30_000 }).toEqual(['Miễn thu', 'Bỏ các quyết định trước']);

  ask(whole.tripId, { kind: 'wrong', placeName: null, words: 'Không phải tôi' });
  await expect.poll(kinds, { timeout: 30_000 }).toEqual(['Miễn thu', 'Từ chối', 'Bỏ các quyết định trước']);
  await details.getByTestId('decision-kind').selectOption('refuse');
  operator.requests.length = 0;
  await details.getByTestId('decision-reason').fill('Không có căn cứ');
  await details.getByTestId('save-decision').click();
  await page.getByRole('alert').getByText('Khách không còn yêu cầu nào').waitFor();
});

it('fits a narrow screen, in English too', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  ask(missing.tripId);
  await signIn(`/#/corrections?trip=${missing.tripId}`);
  const details = page.getByTestId('trip-details');
  await details.getByTestId('decision-kind').waitFor();
  const width = () => page.evaluate(() => document.documentElement.scrollWidth);
  expect(await width()).toBe(360);
  expect(await details.evaluate((dialog) => dialog.scrollWidth <= dialog.clientWidth)).toBe(true);
  await page.keyboard.press('Escape');
  await page.getByTestId('correction-row').waitFor();
  expect(await width()).toBe(360);
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('button', { name: 'Waiting' }).waitFor();
});
