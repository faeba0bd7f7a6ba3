import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createKeyboardWedge } from './keyboard-wedge.ts';

/** Types a text with a fixed gap between keys and returns the scans that came out. */
function type(
  text: string,
  gapMilliseconds: number,
  wedge = createKeyboardWedge(),
  startsAt = 1000,
): string[] {
  const scans: string[] = [];
  let at = startsAt;
  for (const key of text.split('').map((character) => (character === '\n' ? 'Enter' : character))) {
    const { scan } = wedge({ key, at });
    if (scan !== null) scans.push(scan);
    at += gapMilliseconds;
  }
  return scans;
}

it('takes fast characters that end in Enter, with their spaces, inside and at the ends', () => {
  expect(type('VD1: A  B 0 \n', 5)).toEqual(['VD1: A  B 0 ']);
});

it('gives back any Base45 text as it was typed', () => {
  const base45 = fc.string({
    unit: fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:'.split('')),
    minLength: 4,
    maxLength: 311,
  });
  fc.assert(
    fc.property(base45, fc.integer({ min: 1, max: 100 }), (code, gap) => {
      expect(type(`VD1:${code}\n`, gap)).toEqual([`VD1:${code}`]);
    }),
  );
});

it('takes no notice of a person typing', () => {
  expect(type('VD1:ABCDEF\n', 150)).toEqual([]);
});

it('takes no notice of a few quick keys, nor of Enter alone', () => {
  expect(type('abc\n', 10)).toEqual([]);
  expect(type('\n', 10)).toEqual([]);
});

it('reads two scans one after the other as two', () => {
  expect(type('VD1:AAAA\nVD1:BBBB\n', 4)).toEqual(['VD1:AAAA', 'VD1:BBBB']);
});

it('forgets keys pressed before a pause', () => {
  const wedge = createKeyboardWedge();
  type('xyz', 10, wedge);
  expect(type('VD1:AAAA\n', 10, wedge, 5000)).toEqual(['VD1:AAAA']);
});

it('lets Shift through, which scanners press before capitals', () => {
  const wedge = createKeyboardWedge();
  const keys = ['Shift', 'V', 'Shift', 'D', '1', 'Shift', ':', 'A', 'B', 'C', 'D', 'Enter'];
  const answers = keys.map((key, index) => wedge({ key, at: index * 10 }));
  expect(answers.at(-1)).toEqual({ taken: true, scan: 'VD1:ABCD' });
});

it('takes the keys of a scan from the page, but not the first, which may be a person’s', () => {
  const wedge = createKeyboardWedge();
  expect(wedge({ key: ' ', at: 0 }).taken).toBe(false);
  expect(wedge({ key: ' ', at: 10 }).taken).toBe(true);
  expect(wedge({ key: ' ', at: 500 }).taken).toBe(false);
});

it('keeps no more of a stuck key than a validator would take', () => {
  expect(type(`${'A'.repeat(9000)}\n`, 1)[0]).toHaveLength(8192);
});
