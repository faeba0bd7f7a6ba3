/** When the same card is refused at a line's gates, in the words of gate staff; and what a form says of a rule that cannot be. */
import type { PassbackRule } from '@vedong/travel';
import type { Language, Words } from './language.ts';

export const passbackWords = {
  title: { vi: 'Cùng một thẻ quét lại (chống chuyền thẻ)', en: 'Same card again (anti-passback)' },
  means: {
    vi: 'Điện thoại chuyền lại cho người sau sẽ hiện một mã mới. Quy định này chặn việc đó ở các cổng của tuyến.',
    en: 'A phone handed back to the next person shows a new code. These rules stop that at the gates of a line.',
  },
  rule: { vi: 'Quy định', en: 'Rule' },
  changed: { vi: 'Sửa lần cuối', en: 'Last changed' },
  change: { vi: 'Sửa quy định…', en: 'Change the rule…' },
  where: { vi: 'Từ chối ở đâu', en: 'Refused where' },
  seconds: { vi: 'Trong bao nhiêu giây (0: tắt)', en: 'For how many seconds (0: off)' },
  group: { vi: 'Cho nhiều người lên bằng một thẻ', en: 'Several people may go through with one card' },
  persons: { vi: 'Nhiều nhất mấy người', en: 'How many people at most' },
  groupSeconds: {
    vi: 'Trong bao nhiêu giây kể từ người đầu tiên',
    en: 'Within how many seconds of the first person',
  },
  groupHint: {
    vi: 'Điện thoại hiện mã mới mỗi 15 giây, mỗi người cần một mã.',
    en: 'A phone shows a new code every 15 seconds, and each person needs one.',
  },
  noGroup: {
    vi: 'Trên tuyến có quét ra, mỗi người cần thẻ của mình: nhiều người đi bằng một thẻ thì không phân biệt được ai ra, và phải trả giá cao nhất.',
    en: 'Where riders tap off, each person needs a card: with several people on one card nobody can tell who left, and they would pay the maximum fare.',
  },
  preview: { vi: 'Nghĩa là', en: 'This means' },
  saved: { vi: 'Đã lưu. Các cổng nhận trong ít giây.', en: 'Saved. Gates take it over within seconds.' },
  history: { vi: 'Những lần sửa', en: 'Earlier changes' },
  noHistory: { vi: 'Chưa ai sửa ở đây.', en: 'Nobody has changed it yet.' },
} satisfies Record<string, Words>;

/** A rider needs a code for each person, and a phone shows a new one only so often. */
const codeLifetimeSeconds = 15;

type Riding = 'metro' | 'bus';

const areas: Record<PassbackRule['within'], Record<Riding, Words>> = {
  gate: {
    metro: { vi: 'đúng cổng đó', en: 'the same gate' },
    bus: { vi: 'đúng đầu đọc đó trên xe', en: 'the same reader of the bus' },
  },
  place: {
    metro: { vi: 'mọi cổng cùng chiều của ga đó', en: 'all gates of that direction at the station' },
    bus: { vi: 'mọi đầu đọc cùng loại ở điểm dừng đó', en: 'all readers of that kind at the stop' },
  },
  line: {
    metro: { vi: 'mọi cổng cùng chiều của cả tuyến', en: 'all gates of that direction on the line' },
    bus: { vi: 'mọi đầu đọc cùng loại của cả tuyến', en: 'all readers of that kind on the line' },
  },
};

export const areaWords = (within: PassbackRule['within'], mode: Riding): Words => areas[within][mode];

/** `60 s`; from two minutes on in minutes where they are whole. */
function timeWords(seconds: number, language: Language): string {
  if (seconds >= 120 && seconds % 60 === 0)
    return language === 'vi' ? `${seconds / 60} phút` : `${seconds / 60} min`;
  return language === 'vi' ? `${seconds} giây` : `${seconds} s`;
}

/** The whole rule as sentences; a line without one, or with 0 seconds, has none. */
export function ruleSentence(rule: PassbackRule | undefined, mode: Riding): Words {
  if (!rule || rule.seconds === 0) {
    return { vi: 'Tắt: cùng một thẻ được quét lại ngay.', en: 'Off: the same card may come back at once.' };
  }
  const { within, seconds, group } = rule;
  const area = areaWords(within, mode);
  const vi = `Sau khi cho qua, cùng thẻ đó bị từ chối ở ${area.vi} trong ${timeWords(seconds, 'vi')}`;
  const en = `Once let through, the same card is refused at ${area.en} for ${timeWords(seconds, 'en')}`;
  if (!group) return { vi: `${vi}. Mỗi người cần thẻ của mình.`, en: `${en}. Each person needs a card.` };
  return {
    vi: `${vi}; nhưng đến ${group.persons} người được đi bằng một thẻ trong ${timeWords(group.seconds, 'vi')} kể từ người đầu tiên.`,
    en: `${en}; but up to ${group.persons} people may go with one card within ${timeWords(group.seconds, 'en')} of the first.`,
  };
}

/** As typed into the form. */
export interface RuleTyped {
  within: PassbackRule['within'];
  seconds: string;
  isGroup: boolean;
  persons: string;
  groupSeconds: string;
}

export type RuleField = 'seconds' | 'persons' | 'groupSeconds';

/** The rule, or what is wrong with which field. The limits are the contract's. */
export function readRule(
  typed: RuleTyped,
): { rule: PassbackRule } | { wrong: Partial<Record<RuleField, Words>> } {
  const wrong: Partial<Record<RuleField, Words>> = {};
  const whole = (field: RuleField, least: number, most: number): number => {
    const value = /^\d{1,5}$/.test(typed[field].trim()) ? Number(typed[field]) : NaN;
    if (!(value >= least && value <= most))
      wrong[field] = {
        vi: `Nhập số nguyên từ ${least} đến ${most}.`,
        en: `Enter a whole number from ${least} to ${most}.`,
      };
    return value;
  };
  const seconds = whole('seconds', 0, 3600);
  if (!typed.isGroup) return isEmpty(wrong) ? { rule: { within: typed.within, seconds } } : { wrong };
  const group = { persons: whole('persons', 2, 50), seconds: whole('groupSeconds', 1, 600) };
  const needed = (group.persons - 1) * codeLifetimeSeconds;
  if (isEmpty(wrong) && group.seconds < needed)
    wrong.groupSeconds = {
      vi: `${group.persons} người cần ít nhất ${needed} giây: mỗi người một mã, mỗi 15 giây một mã mới.`,
      en: `${group.persons} people need at least ${needed} s: a code for each, and a new one every 15 s.`,
    };
  return isEmpty(wrong) ? { rule: { within: typed.within, seconds, group } } : { wrong };
}

const isEmpty = (of: object): boolean => Object.keys(of).length === 0;
