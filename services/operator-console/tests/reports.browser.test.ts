/** The reports in real Chromium: charts and tables, another period, the ledger beside them, CSV. */
import { readFileSync } from 'node:fs';
import { launchChromium } from '@vedong/testing/chromium';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
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
  await page?.close();
  page = await browser.newPage();
});

async function open(address: string): Promise<void> {
  await page.goto(`${operator.url}/${address}`);
  await page.getByTestId('email').fill(staff.email);
  await page.getByTestId('password').fill(staff.password);
  await page.getByTestId('sign-in').click();
}

const period = '#/reports?from=2026-11-17&to=2026-11-23';
const shots = process.env['PICTURES_FOLDER'];
const picture = async (name: string) => {
  if (shots) await page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });
};

it('draws what it also tells, by line, agency and pass, and says where the ledger differs', async () => {
  const chunks: string[] = [];
  page.on('request', (request) => chunks.push(request.url()));
  await open('');
  await page.getByTestId('trip-row').first().waitFor();
  expect(chunks.filter((url) => url.includes('reports'))).toEqual([]);
  await page.goto(`${operator.url}/${period}`);
  const charts = page.getByTestId('day-chart');
  await charts.locator('canvas').nth(1).waitFor();
  expect(await charts.first().locator('.hidden').textContent()).toContain('2026-11-23: ');
  const lines = page.getByTestId('line-row');
  expect(await lines.count()).toBe(4);
  expect(await lines.last().innerText()).toContain('Cộng');
  const agencies = page.getByTestId('agency-row');
  expect(await agencies.first().innerText()).toContain('195.445');
  expect(await agencies.last().innerText()).toMatch(/Chưa chia[\s\S]*500\.000/);
  const reconciled = page.getByTestId('reconciliation-row');
  expect(await reconciled.first().innerText()).toContain('✓ Khớp');
  expect(await reconciled.last().innerText()).toContain('✗ Lệch: -1');
  await reconciled.first().getByText('Câu truy vấn').click();
  expect(await reconciled.first().innerText()).toContain('select sum(settled_amount) from trips');
  await picture('reports-vi');
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'By agency' }).waitFor();
  await picture('reports-en');
});

it('shows another period, in the address too, and says which it cannot', async () => {
  await open(period);
  await page.getByTestId('line-row').first().waitFor();
  await page.getByTestId('report-from').fill('2026-11-22');
  await page.getByTestId('show-report').click();
  await expect.poll(() => page.url()).toContain('from=2026-11-22');
  await expect
    .poll(() => page.getByTestId('day-chart').first().locator('.hidden').textContent())
    .not.toContain('2026-11-21');
  await page.goto(`${operator.url}/#/reports?from=2026-11-23&to=2026-11-22`);
  expect(await page.getByRole('alert').innerText()).toContain('Chọn từ 1 đến 62 ngày');
});

it('does not claim to be live, as the lists beside it do', async () => {
  await open(period);
  await page.getByTestId('line-row').first().waitFor();
  expect(await page.getByRole('button', { name: 'Tạm dừng' }).count()).toBe(0);
  await page.goto(`${operator.url}/#/trips`);
  await page.getByRole('button', { name: 'Tạm dừng' }).waitFor();
});

it('gives CSV in which no spreadsheet finds a formula', async () => {
  await open(period);
  await page.getByTestId('line-row').first().waitFor();
  const save = async (testId: string) => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId(testId).click()]);
    return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
  };
  const lines = await save('download-lines');
  expect(lines.name).toBe('vedong-lines-2026-11-17-2026-11-23.csv');
  expect(lines.text.trim().split('\r\n')).toHaveLength(1 + 7 * 3);
  const shares = await save('download-shares');
  expect(shares.text).toContain(",'=Transerco,195445\r\n");
});

it('fits a narrow phone', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await open(period);
  await page.getByTestId('day-chart').nth(1).locator('canvas').waitFor();
  const { scroll, seen } = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    seen: document.documentElement.clientWidth,
  }));
  await picture('reports-360');
  expect(scroll).toBeLessThanOrEqual(seen);
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'By agency' }).waitFor();
  await picture('reports-360-en');
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(seen);
});
