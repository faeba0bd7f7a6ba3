/** Incidents in real Chromium: list, filters, evidence, what staff do, on a wide and a narrow screen. */
import { expect, it } from 'vitest';
import { operator, page, signIn, useConsole } from './console-under-test.ts';
import { incidentNumber } from './small-network.ts';

useConsole((operator) => {
  operator.incidents = Array.from({ length: 10 }, (_, index) => incidentNumber(index + 1));
});

const rows = () => page.getByTestId('incident-row');
const details = () => page.getByTestId('incident-details');
const hasNoSideways = () =>
  page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);

it('lists incidents and filters them', async () => {
  await signIn('/#/incidents');
  await rows().nth(9).waitFor();
  expect(await rows().first().innerText()).toMatch(/Bản sao mã[^]*Thẻ đã khóa[^]*Chưa xử lý/);
  await page.getByTestId('filters').locator('[name=class]').selectOption('clock');
  await expect.poll(() => rows().count(), { timeout: 30_000 }).toBe(2);
  expect(page.url()).toContain('class=clock');
});

it('opens one by keyboard, with its picture, its taps and what was done', async () => {
  await signIn('/#/incidents?class=copy');
  await rows().first().waitFor();
  await rows().first().getByRole('link').focus();
  await page.keyboard.press('Enter');
  await details().locator('.evidence svg').waitFor();
  const words = await details().innerText();
  expect(words).toMatch(/Cùng một mã ở hai lượt · 2 km · 9 giây/);
  expect(words).toContain('không tính tiền');
  expect(words).toMatch(/Yêu cầu khóa thẻ/);
  expect(await details().locator('circle.copy').count()).toBe(2);
  await page.keyboard.press('Escape');
  await details().waitFor({ state: 'detached' });
});

it('lifts the block and marks it handled, each with a note', async () => {
  await signIn('/#/incidents?class=copy');
  await rows().first().click();
  const lift = details().getByRole('button', { name: 'Mở khóa thẻ' });
  await lift.click();
  // The browser asks for the note first.
  expect(operator.incidents[0]?.block).toBe('blocked');
  await page.getByTestId('incident-note').fill('Khách đã chứng minh');
  await lift.click();
  await details().getByText('Thẻ đã mở').waitFor();
  await page.getByTestId('incident-note').fill('Xong');
  await details().getByRole('button', { name: 'Đánh dấu đã xử lý' }).click();
  await details().getByText('Đã xử lý', { exact: false }).first().waitFor();
  await expect.poll(() => details().getByTestId('incident-note').count(), { timeout: 30_000 }).toBe(0);
});

it('fits 360 px, in English too', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await signIn('/#/incidents');
  await rows().first().waitFor();
  expect(await hasNoSideways()).toBe(true);
  await page.getByRole('button', { name: 'English' }).click();
  await rows().first().click();
  await details().locator('.evidence svg').waitFor();
  expect(await details().innerText()).toContain('One code, two taps');
  expect(await hasNoSideways()).toBe(true);
});

it('leads from a tap and a trip to the incident', async () => {
  await signIn('/#/taps');
  const tap = page
    .getByTestId('tap-row')
    .filter({ has: page.getByTestId('conflict') })
    .first();
  await tap.getByTestId('conflict').click();
  await details().waitFor();
  expect(page.url()).toContain('#/incidents?incident=');
  await page.goto(`${operator.url}/#/trips`);
  await page.getByTestId('in-conflict').first().waitFor();
});

it('shows how a validator’s journal stands', async () => {
  await signIn('/#/gates');
  const row = page.getByTestId('validator-row').first();
  await row.waitFor();
  expect(await row.innerText()).toContain('Thiếu bản ghi');
});
