import { reasons } from '@vedong/travel';
import { expect, it } from 'vitest';
import { explainRefusal } from './reason-words.ts';

it.each(reasons)('tells a rider in both languages what to do about %s', (reason) => {
  const words = explainRefusal({ reason });
  // Two sentences: what is wrong, and what to do.
  expect(words?.vi).toMatch(/[.,] .+\.$/u);
  expect(words?.en).toMatch(/[.,] .+\.$/u);
});

it('says where and when a code was used before, in the time of the city', () => {
  const lastUse = { nameVi: 'Láng', nameEn: 'Lang', at: '2026-11-23T01:14:09Z' };
  expect(explainRefusal({ reason: 'replayed', lastUse })).toEqual({
    vi: 'Đã dùng tại Láng lúc 08:14. Chờ mã tiếp theo.',
    en: 'Already used at Lang at 08:14. Wait for the next code.',
  });
});

it('says where and when a card has just passed, and what each rider needs', () => {
  const lastUse = { nameVi: 'Láng', nameEn: 'Lang', at: '2026-11-23T01:14:09Z' };
  const words = explainRefusal({ reason: 'passback', lastUse });
  expect(words?.vi).toMatch(/^Thẻ này vừa qua Láng lúc 08:14\. Mỗi người cần thẻ của mình/);
  expect(words?.en).toMatch(/^This card passed at Lang at 08:14\. Each rider needs a card of their own/);
});

it('says how many people a card is for where a group may board with one', () => {
  const lastUse = { nameVi: 'Láng', nameEn: 'Lang', at: '2026-11-23T01:14:09Z' };
  const rule = { within: 'gate', seconds: 60, group: { persons: 3, seconds: 45 } } as const;
  const words = explainRefusal({ reason: 'passback', lastUse }, rule);
  expect(words?.vi).toContain('Một thẻ cho tối đa 3 người trong 45 giây kể từ người đầu');
  expect(words?.en).toContain('One card is for up to 3 people within 45 s of the first');
});

it('has nothing to explain about an accepted tap', () => {
  expect(explainRefusal({})).toBeNull();
});
