/** Draws the PNG icons that installing needs from `public/icon.svg`; run it by `npm run icons` after changing that file. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from '@vedong/testing/chromium';

const folder = join(import.meta.dirname, '../public');
const svg = readFileSync(join(folder, 'icon.svg'), 'utf8');
// Launchers cut maskable and Apple icons to their own shape: no corners of our own, the picture within the safe zone.
const fullBleed = svg.replace('rx="112"', '').replace('viewBox="0 0 512 512"', 'viewBox="-40 -40 592 592"');

const icons = [
  { file: 'icon-192.png', sizePixels: 192, picture: svg },
  { file: 'icon-512.png', sizePixels: 512, picture: svg },
  { file: 'icon-maskable-512.png', sizePixels: 512, picture: fullBleed },
  { file: 'apple-touch-icon.png', sizePixels: 180, picture: fullBleed },
];

const browser = await launchChromium();
try {
  for (const { file, sizePixels, picture } of icons) {
    const page = await browser.newPage({ viewport: { width: sizePixels, height: sizePixels } });
    const background = picture === fullBleed ? '#0b5d5e' : 'transparent';
    await page.setContent(
      `<style>body{margin:0;background:${background}}svg{display:block}</style>${picture}`,
    );
    writeFileSync(join(folder, file), await page.screenshot({ omitBackground: true }));
    await page.close();
  }
} finally {
  await browser.close();
}
