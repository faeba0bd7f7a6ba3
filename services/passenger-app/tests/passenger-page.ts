/** The built page in Chromium on a small phone, against the issuer in memory; for the test files of this folder. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from '@vedong/testing/chromium';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { startIssuerStandIn, type StandIn } from './issuer-stand-in.ts';

export interface OpenedPage {
  issuer: StandIn;
  context: BrowserContext;
  page: Page;
}

/** Builds once, starts Chromium with further arguments of its own, and opens a new browser profile for each test; a test in which the page threw fails. */
export function passengerPage(browserArguments: string[] = []) {
  const folder = makeTemporaryFolder();
  let browser: Browser;
  let opened: OpenedPage;
  let problems: string[];

  beforeAll(async () => {
    // As it is shipped; in the environment of tests the build is larger.
    vi.stubEnv('NODE_ENV', 'production');
    await build({
      configFile: join(import.meta.dirname, '../vite.config.ts'),
      logLevel: 'error',
      build: { outDir: folder, emptyOutDir: true },
    });
    vi.unstubAllEnvs();
    browser = await launchChromium(browserArguments);
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    const issuer = await startIssuerStandIn(folder);
    const context = await browser.newContext({ viewport: { width: 360, height: 740 }, deviceScaleFactor: 2 });
    const page = await context.newPage();
    opened = { issuer, context, page };
    problems = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy/i.test(message.text())) problems.push(message.text());
    });
  });
  afterEach(async () => {
    await opened.context.close();
    await opened.issuer.stop();
    if (problems.length > 0) throw new Error(`The page had problems: ${problems.join('; ')}`);
  });

  return {
    /** Of the test that runs now. */
    opened: () => opened,
    signIn: async (): Promise<void> => {
      const { page, issuer } = opened;
      await page.goto(issuer.url);
      await page.getByLabel('Số điện thoại').fill('0912 345 678');
      await page.getByRole('button', { name: 'Tiếp tục' }).click();
      await page.getByRole('button', { name: 'Điền mã này' }).click();
      await page.getByRole('button', { name: 'Lấy thẻ của tôi' }).click();
      await page.getByTestId('code').waitFor();
    },
  };
}
