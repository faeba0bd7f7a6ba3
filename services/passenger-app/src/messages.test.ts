import { expect, test } from 'vitest';
import { correctionMessages } from './correction-messages.ts';
import { messages } from './messages.ts';
import { moneyMessages } from './money-messages.ts';

/** Every text by its path; functions are called with marks that must turn up in the text. */
function textsOf(words: object, path = ''): [string, string][] {
  return Object.entries(words).flatMap(([name, value]: [string, unknown]): [string, string][] => {
    const here = `${path}/${name}`;
    if (typeof value === 'function') {
      const marks = Array.from({ length: value.length }, (_, index) => `<${index}>`);
      return [[here, String((value as (...marks: string[]) => unknown)(...marks))]];
    }
    return typeof value === 'object' && value ? textsOf(value, here) : [[here, String(value)]];
  });
}

test.each([messages, moneyMessages, correctionMessages])(
  'both languages say the same things with the same particulars',
  ({ vi, en }) => {
    const shapeOf = (words: object) =>
      textsOf(words).map(([path, text]) => [path, text.trim() !== '', text.match(/<\d>/g)?.sort()]);
    expect(shapeOf(en)).toEqual(shapeOf(vi));
  },
);
