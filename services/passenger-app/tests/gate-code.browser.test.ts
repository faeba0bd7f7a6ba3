/** The screen that reads a gate's own code, with Chromium's fake camera, and by hand. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filmOfCode } from '@vedong/testing/camera-film';
import { makeTemporaryFolder } from '@vedong/testing/temporary-folder';
import { expect, test } from 'vitest';
import { passengerPage } from './passenger-page.ts';

const film = join(makeTemporaryFolder(), 'gate.y4m');
writeFileSync(film, filmOfCode('VC1:00FF5E98B8C0139D'));
const passenger = passengerPage([
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  `--use-file-for-fake-video-capture=${film}`,
]);

test('the camera reads it, and the code says that it answers', async () => {
  await passenger.signIn();
  const { page, issuer } = passenger.opened();
  const elsewhere: string[] = [];
  const asked: string[] = [];
  page.on('request', (request) => {
    asked.push(request.url());
    if (!request.url().startsWith(issuer.url) && !request.url().startsWith('blob:'))
      elsewhere.push(request.url());
  });
  await page.getByTestId('gate-code').getByRole('link').click();
  await page.getByTestId('open-camera').waitFor();
  expect(asked.filter((url) => /wasm|code-reader/.test(url))).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await page.getByTestId('open-camera').click();
  await page.getByText('Mã này đã kèm mã của cổng').waitFor({ timeout: 30_000 });
  expect(elsewhere).toEqual([]);
});

test('another text is refused in words; the right one is taken', async () => {
  await passenger.signIn();
  const { page, issuer } = passenger.opened();
  await page.goto(`${issuer.url}/#gate-code`);
  const field = page.getByTestId('gate-code-text');
  await field.fill('https://example.org');
  await field.press('Enter');
  expect(await page.getByRole('alert').textContent()).toContain('Đây không phải mã của cổng');
  await field.fill('VC1:00FF5E98B8C0139D');
  await field.press('Enter');
  await page.getByText('Mã này đã kèm mã của cổng').waitFor({ timeout: 30_000 });
});
