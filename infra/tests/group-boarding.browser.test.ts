/** Anti-passback from the console to a bus, and several people with one phone: real pages, real services, one clock. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createClient, type ValidatorApi } from '@vedong/contracts';
import { launchChromium } from '@vedong/testing/chromium';
import { decodeTicket } from '@vedong/ticket';
import type { PassbackRule } from '@vedong/travel';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { signInRider } from './sign-in-rider.ts';
import { staff, startServicesByOneClock, type ServicesByOneClock } from './services-by-one-clock.ts';

const gateId = 'bus-32-01';
const patience = { timeout: 60_000 };
let services: ServicesByOneClock;
let browser: Browser;
let phone: Page;
let driver: Page;
let desk: Page;

beforeAll(async () => {
  const wasm = fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'));
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(readFileSync(wasm)).buffer } });
  services = await startServicesByOneClock();
  browser = await launchChromium();
  const open = async (width: number, height: number) => {
    const context = await browser.newContext({
      viewport: { width, height },
      deviceScaleFactor: 2,
      locale: 'vi-VN',
    });
    return context.newPage();
  };
  phone = await open(360, 740);
  driver = await open(800, 600);
  desk = await open(1280, 800);
  await phone.clock.install();
  await driver.clock.install();
  await signInRider(phone, services.issuerUrl, '0912 345 670');
  await driver.goto(`${services.validatorUrl}/?gate=${gateId}`);
  await driver.locator('[data-testid=status][data-state=ready]').waitFor(patience);
});
afterAll(async () => {
  await browser?.close();
  await services?.stop();
});

/** For the services, the phone and the bus alike. */
async function turnOn(seconds: number): Promise<void> {
  services.turnOn(seconds * 1000);
  await Promise.all([phone, driver].map((page) => page.clock.fastForward(seconds * 1000)));
}

let lastSlot = 0;

/** What the camera of the bus reads from the phone: a code that no other person has shown. */
async function readNextCode(): Promise<string> {
  let text = '';
  const read = async (of: Locator) => {
    const [code] = await readBarcodes(await of.screenshot(), { formats: ['QRCode'] });
    text = code?.text ?? '';
    return text === '' ? 0 : decodeTicket(text).slot;
  };
  await expect.poll(() => read(phone.getByTestId('code')), patience).toBeGreaterThan(lastSlot);
  lastSlot = decodeTicket(text).slot;
  return text;
}

/** The next person: the phone's next code at the bus, and what its driver reads. */
async function board(): Promise<{ outcome: string | null; words: string }> {
  const code = await readNextCode();
  await driver.getByTestId('ticket-input').fill(code);
  await driver.getByTestId('ticket-input').press('Enter');
  const verdict = driver.locator('[data-testid=verdict][data-outcome]');
  await verdict.waitFor(patience);
  const answer = {
    outcome: await verdict.getAttribute('data-outcome'),
    words: await verdict.innerText(),
  };
  await takePicture(driver, `driver-${answer.outcome}`);
  await turnOn(15);
  await verdict.waitFor({ state: 'detached', ...patience });
  return answer;
}

/** Fills in the form as staff would, and waits until the bus knows. */
async function setRule(fill: (form: Locator) => Promise<void>, rule: PassbackRule): Promise<void> {
  const row = desk.getByTestId('passback-row').filter({ hasText: 'Buýt 32:' });
  await row.getByTestId('change-passback').click();
  await fill(row.getByTestId('passback-form'));
  await desk.keyboard.press('Enter');
  await row.getByText('Đã lưu.').waitFor(patience);
  await desk.keyboard.press('Escape');
  const validator = createClient<ValidatorApi>(services.validatorUrl);
  const known = async () =>
    (await validator('GET /v1/status')).gates.find((gate) => gate.gateId === gateId)?.passback;
  await expect.poll(known, patience).toEqual(rule);
}

async function takePicture(page: Page, name: string): Promise<void> {
  if (process.env['PICTURES']) await page.screenshot({ path: `${process.env['PICTURES']}/${name}.png` });
}

it('refuses the second person with one card, as staff have just set it, and says where and when the first passed', async () => {
  await desk.goto(`${services.operatorUrl}/#/gates?show=rules`);
  await desk.getByTestId('email').fill(staff.email);
  await desk.getByTestId('password').fill(staff.password);
  await desk.getByTestId('sign-in').click();
  await setRule((form) => form.locator('[name=seconds]').fill('60'), { within: 'gate', seconds: 60 });
  expect(await board()).toMatchObject({ outcome: 'accepted' });
  const refused = await board();
  expect(refused.outcome).toBe('rejected');
  expect(refused.words).toMatch(/Thẻ này vừa qua Bến xe Giáp Bát lúc \d\d:\d\d\. Mỗi người cần thẻ của mình/);
});

it('lets a family of three board with one phone, not a fourth, and each of them pays', async () => {
  await setRule(
    async (form) => {
      await form.locator('[name=isGroup]').check();
      await form.locator('[name=persons]').fill('3');
      await form.locator('[name=groupSeconds]').fill('60');
    },
    { within: 'gate', seconds: 60, group: { persons: 3, seconds: 60 } },
  );
  await turnOn(60);
  for (let person = 1; person <= 3; person += 1) expect(await board()).toMatchObject({ outcome: 'accepted' });
  const tooMany = await board();
  expect(tooMany.outcome).toBe('rejected');
  expect(tooMany.words).toMatch(
    /Một thẻ cho tối đa 3 người trong 60 giây[^]*One card is for up to 3 people within 60 s/,
  );

  const listFares = async () => {
    const { trips } = await services.operator('GET /v1/trips', { query: { gateId, limit: 50 } });
    return trips.map(({ state, fare }) => [state, fare?.amount]);
  };
  const paid = ['complete', 10_000];
  await expect.poll(listFares, patience).toEqual([paid, paid, paid, paid]);
  await phone.goto(`${services.issuerUrl}/#trips`);
  await phone.reload();
  await expect.poll(() => phone.getByTestId('trip').count(), patience).toBe(4);
  // Not charged twice by mistake: each is told apart from the others.
  const rows = await phone.getByTestId('boarding').allInnerTexts();
  expect(rows.map((words) => words.replace(/ liền.*/, ''))).toEqual([
    'Lượt lên xe 3/3',
    'Lượt lên xe 2/3',
    'Lượt lên xe 1/3',
  ]);
  await takePicture(phone, 'rider-trips');
});
