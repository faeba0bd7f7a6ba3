import { expect, it } from 'vitest';
import { readRule, ruleSentence, type RuleTyped } from './passback-words.ts';

it('says a rule as gate staff would', () => {
  const group = { persons: 4, seconds: 45 };
  expect(ruleSentence({ within: 'gate', seconds: 60, group }, 'bus')).toEqual({
    vi: 'Sau khi cho qua, cùng thẻ đó bị từ chối ở đúng đầu đọc đó trên xe trong 60 giây; nhưng đến 4 người được đi bằng một thẻ trong 45 giây kể từ người đầu tiên.',
    en: 'Once let through, the same card is refused at the same reader of the bus for 60 s; but up to 4 people may go with one card within 45 s of the first.',
  });
  expect(ruleSentence({ within: 'place', seconds: 300 }, 'metro').en).toBe(
    'Once let through, the same card is refused at all gates of that direction at the station for 5 min. Each person needs a card.',
  );
  expect(ruleSentence({ within: 'line', seconds: 150 }, 'metro').vi).toContain('của cả tuyến trong 150 giây');
});

it.each([undefined, { within: 'gate', seconds: 0, group: { persons: 2, seconds: 60 } }] as const)(
  'says that %o is no rule',
  (rule) => {
    expect(ruleSentence(rule, 'bus').en).toBe('Off: the same card may come back at once.');
  },
);

const typed: RuleTyped = { within: 'gate', seconds: '60', isGroup: true, persons: '4', groupSeconds: '45' };

it('reads what was typed', () => {
  expect(readRule(typed)).toEqual({
    rule: { within: 'gate', seconds: 60, group: { persons: 4, seconds: 45 } },
  });
  expect(readRule({ ...typed, seconds: ' 0 ', isGroup: false, persons: '' })).toEqual({
    rule: { within: 'gate', seconds: 0 },
  });
});

it.each([
  [{ seconds: '' }, 'seconds', /0 to 3600/],
  [{ seconds: '3601' }, 'seconds', /0 to 3600/],
  [{ seconds: '1.5', isGroup: false }, 'seconds', /whole number/],
  [{ persons: '1' }, 'persons', /2 to 50/],
  [{ groupSeconds: '601' }, 'groupSeconds', /1 to 600/],
  [{ groupSeconds: '44' }, 'groupSeconds', /^4 people need at least 45 s/],
] as const)('says what is wrong with %o', (change, field, words) => {
  const read = readRule({ ...typed, ...change });
  expect('wrong' in read && read.wrong[field]?.en).toMatch(words);
});
