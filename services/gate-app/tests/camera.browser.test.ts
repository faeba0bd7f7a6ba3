/** The real camera path in real Chromium: its fake camera films a QR code as large as a D ticket. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filmOfCode } from '@vedong/testing/camera-film';
import { launchChromium } from '@vedong/testing/chromium';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type StandInValidator, startStandInValidator } from './stand-in-validator.ts';

/** 295 characters, with the spaces that Base45 has. */
const code = `VD1:${'A B0$%*+-./:'.repeat(30)}`.slice(0, 295);
let validator: StandInValidator;
let browser: Browser;

beforeAll(async () => {
  const film = join(makeTemporaryFolder(), 'code.y4m');
  writeFileSync(film, filmOfCode(code));
  validator = await startStandInValidator();
  browser = await launchChromium([
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
    `--use-file-for-fake-video-capture=${film}`,
  ]);
});

afterAll(async () => {
  await browser.close();
  await validator.stop();
});

it('reads the code exactly and posts it once while it stays in view', async () => {
  const page = await browser.newPage();
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(validator.url)) elsewhere.push(request.url());
  });
  await page.goto(`${validator.url}/?gate=2A-03-in`);
  await page.getByTestId('camera-switch').click();
  const verdict = page.getByTestId('verdict');
  await verdict.waitFor();
  expect(await verdict.getAttribute('data-outcome')).toBe('accepted');
  await verdict.waitFor({ state: 'detached' });
  // Eight more looks at the same code would have been enough for a second post.
  await page.waitForTimeout(1000);
  expect(validator.posted).toEqual([code]);
  expect(elsewhere).toEqual([]);
});
