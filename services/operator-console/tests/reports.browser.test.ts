/** The reports in real Chromium: charts and tables, another period, the ledger beside them, CSV. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { operator, page, signIn, useConsole } from './console-under-test.ts';

useConsole(() => {});

const period = '/#/reports?from=2026-11-17&to=2026-11-23';

it('draws what it also tells, by line, agency and pass, and says where the ledger differs', async () => {
  const chunks: string[] = [];
  page.on('request', (request) => chunks.push(request.url()));
  await signIn('/');
  await page.getByTestId('trip-row').first().waitFor();
  expect(chunks.filter((url) => url.includes('reports'))).toEqual([]);
  await page.goto(`${operator.url}${period}`);
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
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'By agency' }).waitFor();
});

it('shows another period, in the address too, and says which it cannot', async () => {
  await signIn(period);
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
  await signIn(period);
  await page.getByTestId('line-row').first().waitFor();
  expect(await page.getByRole('button', { name: 'Tạm dừng' }).count()).toBe(0);
  await page.goto(`${operator.url}/#/trips`);
  await page.getByRole('button', { name: 'Tạm dừng' }).waitFor();
});

it('gives CSV in which no spreadsheet finds a formula', async () => {
  await signIn(period);
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
  await signIn(period);
  await page.getByTestId('day-chart').nth(1).locator('canvas').waitFor();
  const { scroll, seen } = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    seen: document.documentElement.clientWidth,
  }));
  expect(scroll).toBeLessThanOrEqual(seen);
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'By agency' }).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(seen);
});
