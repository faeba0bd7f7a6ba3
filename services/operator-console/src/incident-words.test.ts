import type { Finding } from '@vedong/contracts';
import { expect, it } from 'vitest';
import { findingWords } from './incident-words.ts';

const finding = (change: Partial<Finding>): Finding => ({
  rule: 'same_slot',
  tapIds: [],
  metres: null,
  seconds: null,
  expectedSeq: null,
  firstSeq: null,
  ...change,
});

it.each<[Partial<Finding>, string, string]>([
  [{ metres: 1950, seconds: 9 }, 'Cùng một mã ở hai lượt · 2 km · 9 giây', 'One code, two taps · 2 km · 9 s'],
  [
    { rule: 'slot_disagrees', seconds: -600 },
    'Giờ của cổng khác giờ của mã · −10 phút',
    'Gate and code disagree on the time · −10 min',
  ],
  [
    { rule: 'gap', expectedSeq: 3, firstSeq: 9 },
    'Thiếu bản ghi · chờ số 3, nhận số 9',
    'Records are missing · expected no. 3, got no. 9',
  ],
  [
    { rule: 'too_fast', metres: 12_240, seconds: 61 },
    'Đi nhanh hơn mức có thể · 12,2 km · 61 giây',
    'Faster than anybody travels · 12.2 km · 61 s',
  ],
])('says %j', (change, vi, en) => expect(findingWords(finding(change))).toEqual({ vi, en }));
