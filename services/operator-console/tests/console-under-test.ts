/** The console in real Chromium before a stand-in operator: one of each for a test file, and a new page for each test. */
import { launchChromium } from '@vedong/testing/chromium';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { staff, type StandInOperator, startStandInOperator } from './stand-in-operator.ts';

let browser: Browser;
export let operator: StandInOperator;
/** Nobody is signed in at first. */
export let page: Page;

/** @param reset puts back what tests change of the operator's */
export function useConsole(reset: (operator: StandInOperator) => void): void {
  beforeAll(async () => {
    operator = await startStandInOperator();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await operator?.stop();
  });
  beforeEach(async () => {
    operator.isSignedIn = false;
    reset(operator);
    await page?.close();
    page = await browser.newPage();
  });
}

export async function signIn(address = '/', password = staff.password): Promise<void> {
  await page.goto(`${operator.url}${address}`);
  await page.getByTestId('email').fill(staff.email);
  await page.getByTestId('password').fill(password);
  await page.getByTestId('sign-in').click();
}
