/** The main job as people do it: real browser, real stack, and a code reader that the passenger's page does not use. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '@vedong/testing/chromium';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { findFreePorts, startStack, type Stack } from '../src/stack.ts';

let stack: Stack;
let browser: Browser;
let phone: BrowserContext;
let card: Page;
let gate: Page;

const phoneScreen = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 };

beforeAll(async () => {
  const wasm = fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'));
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(readFileSync(wasm)).buffer } });
  stack = await startStack({ dataFolder: makeTemporaryFolder(), ports: await findFreePorts(), redis: true });
  browser = await launchChromium();
  phone = await browser.newContext({ ...phoneScreen, locale: 'vi-VN' });
  card = await phone.newPage();
  gate = await browser.newPage();
});
afterAll(async () => {
  await browser?.close();
  await stack?.stop();
});

/** What a scanner sees: a picture of the code, read by zxing. */
async function readCode(): Promise<string> {
  const picture = await card.getByTestId('code').screenshot();
  const [code] = await readBarcodes(picture, { formats: ['QRCode'] });
  if (!code?.text) throw new Error('no code in the picture');
  return code.text;
}

/** Waits for a code other than `seen`; codes change every 15 s. */
async function nextCode(seen: string): Promise<string> {
  for (let tries = 0; tries < 80; tries += 1) {
    const text = await readCode();
    if (text !== seen) return text;
    await sleep(250);
  }
  throw new Error('the code did not change');
}

/** Chooses a gate and shows it a code's text; gives the verdict's outcome and reason. */
async function showAt(gateId: string, text: string) {
  await gate.goto(`${stack.validatorUrl}/?gate=${gateId}`);
  await gate.getByTestId('ticket-input').fill(text);
  await gate.getByTestId('ticket-input').press('Enter');
  const verdict = gate.getByTestId('verdict');
  await verdict.waitFor();
  return {
    outcome: await verdict.getAttribute('data-outcome'),
    reason: await verdict.getAttribute('data-reason'),
    words: await verdict.innerText(),
  };
}

let firstCode: string;
let firstCodeReadAt: number;

it('a new rider signs in and has a code that changes', async () => {
  await card.goto(stack.issuerUrl);
  await card.getByTestId('phone').fill('0912 345 678');
  await card.getByTestId('send-code').click();
  await card.getByTestId('fill-demo-code').click();
  await card.getByTestId('enter-code').click();
  await card.getByTestId('code').waitFor();

  const earlier = await readCode();
  expect(earlier).toMatch(/^VD1:/);
  firstCode = await nextCode(earlier);
  firstCodeReadAt = Date.now();
});

it('a gate opens for the code once and says why it does not a second time', async () => {
  expect(await showAt('2A-01-in', firstCode)).toMatchObject({ outcome: 'accepted' });
  const again = await showAt('2A-02-in', firstCode);
  expect(again).toMatchObject({ outcome: 'rejected', reason: 'replayed' });
  expect(again.words).toContain('Cát Linh');
});

it('the next code lets the rider out, and the trip stands at the operator and in the history', async () => {
  const code = await nextCode(firstCode);
  expect(await showAt('2A-04-out', code)).toMatchObject({ outcome: 'accepted' });

  const staff = await browser.newPage();
  await staff.goto(stack.operatorUrl);
  await staff.getByTestId('email').fill(stack.staff.email);
  await staff.getByTestId('password').fill(stack.staff.password);
  await staff.getByTestId('sign-in').click();
  const atOperator = staff
    .getByTestId('trip-row')
    .filter({ hasText: 'Cát Linh' })
    .filter({ hasText: 'Láng' });
  await atOperator.first().waitFor({ timeout: 30_000 });

  await card.goto(`${stack.issuerUrl}/#trips`);
  const inHistory = card.getByTestId('trip').filter({ hasText: 'Cát Linh' }).filter({ hasText: 'Láng' });
  await inHistory.first().waitFor({ timeout: 30_000 });
  await card.goto(`${stack.issuerUrl}/#code`);
});

it('without a network the reloaded page still shows codes, and a gate takes them', async () => {
  await card.getByTestId('code').waitFor();
  await card.evaluate(async () => void (await navigator.serviceWorker.ready));
  await phone.setOffline(true);
  await card.reload();
  await card.getByTestId('code').waitFor();
  const code = await nextCode(await readCode());
  expect(await showAt('2A-02-in', code)).toMatchObject({ outcome: 'accepted' });
  await phone.setOffline(false);
});

it('a minute later the first picture is stale', async () => {
  await sleep(Math.max(0, firstCodeReadAt + 61_000 - Date.now()));
  expect(await showAt('2A-01-in', firstCode)).toMatchObject({ outcome: 'rejected', reason: 'stale' });
});
