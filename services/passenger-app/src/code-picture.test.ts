import { randomBytes } from 'node:crypto';
import { encodeBase45 } from '@vedong/ticket';
import jsqr from 'jsqr';
import { describe, expect, test } from 'vitest';
import { type CodePicture, drawCode } from './code-picture.ts';

const ticketOf = (bytes: number) => `VD1:${encodeBase45(randomBytes(bytes))}`;

/** What a camera would see of the path's rectangles, each module four pixels wide. */
function readPicture({ side, path }: CodePicture): string | undefined {
  const scale = 4;
  const width = side * scale;
  const pixels = new Uint8ClampedArray(width * width * 4).fill(255);
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g)) {
    for (let row = Number(y) * scale; row < (Number(y) + 1) * scale; row += 1) {
      const from = (row * width + Number(x) * scale) * 4;
      for (let at = from; at < from + Number(run) * scale * 4; at += 4) pixels.fill(0, at, at + 3);
    }
  }
  return jsqr.default(pixels, width, width)?.data;
}

describe.each([
  { profile: 'S', bytes: 90, version: 6 },
  { profile: 'D', bytes: 194, version: 10 },
])('profile $profile', ({ bytes, version }) => {
  test(`is always version ${version} with a quiet zone of four modules`, () => {
    for (let count = 0; count < 200; count += 1) {
      const picture = drawCode(ticketOf(bytes));
      expect(picture.version).toBe(version);
      expect(picture.side).toBe(17 + 4 * version + 8);
    }
  });

  test('reads back as what was drawn', () => {
    const text = ticketOf(bytes);
    expect(readPicture(drawCode(text))).toBe(text);
  });
});

test('a ticket of nothing but digits looks like any other', () => {
  expect(drawCode(`VD1:${'0'.repeat(135)}`).version).toBe(6);
});
