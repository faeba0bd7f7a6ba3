import { expect, test } from 'vitest';
import { transferNote } from './transfer-note.ts';

// Published codes: a purpose, a reference without one, a wallet's 62 that comes first, and none.
test.each([
  [
    '00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA530370454061800005802VN62340107NPS68690819thanh toan don hang63042E2E',
    'thanh toan don hang',
  ],
  [
    '00020101021138620010A000000727013200069710250118PSP1234567890000000208QRIBFTTA53037045802VN62190515MOMOW2W123456786304821F',
    'MOMOW2W12345678',
  ],
  [
    '00020101021262110807tien le38560010A0000007270126000697041501121133666688880208QRIBFTTA5303704540460005802VN63046893',
    'tien le',
  ],
  ['00020101021138530010A0000007270123000697041601092576788590208QRIBFTTA53037045802VN6304AE9F', null],
])('the message of %s', (text, note) => {
  expect(transferNote(text)).toBe(note);
});

test('a text that is no code has no message', () => {
  expect(['', '62', '6299x', '62xx0807', 'VD1:ABC'].map(transferNote)).toEqual(Array(5).fill(null));
});
