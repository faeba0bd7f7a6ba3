/** The installed Chromium under a test's control. */
import { findChromium } from '@vedong/infra/chromium';
import { chromium, type Browser } from 'playwright-core';

/** Close the browser in afterAll. `moreArguments` are Chromium's own, such as a picture for its fake camera. */
export async function launchChromium(moreArguments: string[] = []): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('Chromium is not installed');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox', // it refuses root otherwise; tests open only our own pages
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...moreArguments,
    ],
  });
}
