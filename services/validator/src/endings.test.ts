import { expect, it } from 'vitest';
import { createEndings } from './endings.ts';

it('takes what has ended, oldest first, and nothing else', () => {
  const endings = createEndings<string>();
  expect(endings.takeEnded(0)).toBeUndefined();
  endings.add('a', 10);
  endings.add('b', 20);
  endings.add('ends early', 15);
  expect(endings.takeEnded(9)).toBeUndefined();
  expect([10, 15, 20, 20, 20].map((now) => endings.takeEnded(now))).toEqual([
    'a',
    undefined,
    'b',
    'ends early',
    undefined,
  ]);
});

it('keeps the order over many thousands', () => {
  const endings = createEndings<number>();
  const taken: number[] = [];
  for (let index = 0; index < 10_000; index += 1) {
    endings.add(index, index);
    for (let one = endings.takeEnded(index - 3000); one !== undefined; one = endings.takeEnded(index - 3000))
      taken.push(one);
  }
  expect(taken).toEqual(Array.from({ length: 7000 }, (_, index) => index));
});
