/** The gate's screen in real Chromium: choosing the gate, a scanner that types, answers, trouble. */
import { launchChromium } from '@vedong/testing/chromium';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type StandInValidator, startStandInValidator } from './stand-in-validator.ts';

let validator: StandInValidator;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  validator = await startStandInValidator();
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
  await validator.stop();
});

beforeEach(async () => {
  validator.posted.length = 0;
  validator.answer = {};
  validator.status = {};
  page = await browser.newPage();
});

/** The words of an answer, once it is there with this outcome. */
async function answerText(outcome: string): Promise<string> {
  const verdict = page.locator(`[data-testid=verdict][data-outcome=${outcome}]`);
  await verdict.waitFor();
  return verdict.innerText();
}

const openGate = () => page.goto(`${validator.url}/?gate=2A-03-in`);
const readyLine = () => page.locator('[data-testid=status][data-state=ready]').waitFor();

it('lets a gate be chosen once and remembers it', async () => {
  await page.goto(validator.url);
  await page.getByTestId('gate-search').fill('thuong');
  await page.getByTestId('gate-select').getByRole('button').click();
  await readyLine();
  await page.goto(validator.url);
  await readyLine();
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toContain('Thượng Đình');
});

it('does not miss the first press although the hint about sound goes', async () => {
  await openGate();
  await readyLine();
  const hint = page.getByText('Chạm màn hình một lần để có tiếng.');
  await hint.waitFor();
  // As slow as a thumb: time enough for the sound to be unlocked between down and up.
  await page.getByRole('button', { name: 'Đổi cổng' }).click({ delay: 500 });
  await page.getByTestId('gate-search').waitFor();
  expect(await hint.count()).toBe(0);
});

it('takes what a scanner types, spaces and all, wherever the focus is', async () => {
  await openGate();
  await readyLine();
  await page.getByTestId('camera-switch').focus();
  await page.keyboard.type('VD1: A  B $ \n');
  expect(await answerText('accepted')).toMatch(/Mời qua\s+Go/);
  expect(validator.posted).toEqual(['VD1: A  B $ ']);
  expect(await page.getByTestId('camera').count()).toBe(0);
});

it('says why not, in both languages, and is idle again', async () => {
  await openGate();
  const lastUse = { nameVi: 'Láng', nameEn: 'Lang', at: '2026-11-23T01:14:09Z' };
  validator.answer = { outcome: 'rejected', reason: 'replayed', lastUse };
  await page.getByTestId('ticket-input').fill('VD1:A ');
  await page.keyboard.press('Enter');
  const text = await answerText('rejected');
  expect(text).toContain('Đã dùng tại Láng lúc 08:14. Chờ mã tiếp theo.');
  expect(text).toContain('Already used at Lang at 08:14. Wait for the next code.');
  expect(await page.getByTestId('verdict').getAttribute('data-reason')).toBe('replayed');
  expect(validator.posted).toEqual(['VD1:A ']);
  await page.getByTestId('verdict').waitFor({ state: 'detached' });
  expect(await page.locator('main').innerText()).toContain('Mời quét mã');
});

it('shows English first when asked, and still after a reload', async () => {
  await openGate();
  await page.getByRole('button', { name: 'English' }).click();
  await page.reload();
  await readyLine();
  expect(await page.locator('main').innerText()).toMatch(/Scan your code\s+Mời quét mã/);
});

it('says what is degraded, what the gate does about it, and when nothing opens', async () => {
  validator.status = {
    conditions: [
      { condition: 'guard_local', actions: { standard: 'open' } },
      { condition: 'clock_unsure', actions: { standard: 'limited' } },
    ],
    clock: { state: 'unsure', offsetMilliseconds: null, ageSeconds: null },
  };
  validator.answer = { guard: 'local', marks: ['guard_local', 'clock_unsure'] };
  await openGate();
  await readyLine();
  const degraded = page.getByTestId('degraded');
  expect(await degraded.innerText()).toMatch(
    /Mất bộ nhớ chung: vẫn mở · báo kỹ thuật[^]*Giờ chưa chắc: mở có giới hạn · nối mạng/,
  );
  await page.keyboard.type('VD1:AAAAAA\n');
  expect(await answerText('accepted')).toContain('tại chỗ · Giờ chưa chắc');
  for (const [name, width, height] of [
    ['360', 360, 640],
    ['1024', 1024, 768],
  ] as const) {
    await page.setViewportSize({ width, height });
    await page.getByTestId('verdict').waitFor({ state: 'detached' });
    if (process.env['PICTURES'])
      await page.screenshot({ path: `${process.env['PICTURES']}/gate-${name}.png` });
    const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(isWide).toBe(false);
  }
  const journal = { lastSeq: 7, unsent: 3, lastDeliveredAt: null, quarantined: 2, cuts: 1 };
  validator.status = { ...validator.status, journal: { ...journal, state: 'failing' } };
  await page.locator('[data-testid=status][data-state=journal_failing]').waitFor();
  expect(await page.locator('main').innerText()).toContain('Không ghi được lượt đi');
  expect(await degraded.innerText()).not.toContain('vẫn mở');
  if (process.env['PICTURES']) await page.screenshot({ path: `${process.env['PICTURES']}/gate-failing.png` });
  validator.status = { conditions: [{ condition: 'clock_unsure', actions: { standard: 'closed' } }] };
  await page.locator('[data-testid=status][data-state=closed]').waitFor();
  validator.answer = { outcome: 'rejected', reason: 'gate_closed' };
  await page.keyboard.type('VD1:AAAAAB\n');
  expect(await answerText('rejected')).toMatch(/Vé của bạn không sao[^]*Your ticket is fine/);
});

it('says what to do when the validator is not enrolled or not there, and recovers by itself', async () => {
  validator.status = { validatorId: null, gates: [] };
  await openGate();
  const state = (kind: string) => page.locator(`[data-testid=status][data-state=${kind}]`).waitFor();
  await state('not_enrolled');
  await page.route('**/v1/**', (route) => route.abort());
  await state('unreachable');
  expect(await page.locator('main').innerText()).toContain('Kiểm tra nguồn và mạng của máy soát vé');
  await page.keyboard.type('VD1:AAAAAA\n');
  expect(await answerText('unanswered')).toContain('Máy soát vé không trả lời');
  await page.unroute('**/v1/**');
  validator.status = {};
  await readyLine();
});
