/** Incidents in the words of the staff; a new class or rule of @vedong/contracts does not compile until it has words. */
import type {
  ConflictClass,
  Consequence,
  Finding,
  FindingRule,
  Incident,
  IncidentEventKind,
} from '@vedong/contracts';
import type { Words } from './language.ts';
import type { State } from './words.ts';

export const incidentMessages = {
  title: { vi: 'Sự cố', en: 'Incident' },
  kind: { vi: 'Loại', en: 'Kind' },
  about: { vi: 'Về', en: 'About' },
  findings: { vi: 'Bằng chứng', en: 'Evidence' },
  consequence: { vi: 'Theo quy định', en: 'By policy' },
  block: { vi: 'Khóa thẻ', en: 'Card block' },
  found: { vi: 'Phát hiện lúc', en: 'Found at' },
  changed: { vi: 'Thay đổi lúc', en: 'Changed at' },
  none: {
    vi: 'Chưa có sự cố nào. Các lượt quét mâu thuẫn nhau sẽ hiện ở đây khi máy soát vé gửi về.',
    en: 'No incidents. Taps that contradict each other appear here as validators deliver them.',
  },
  picture: {
    vi: 'Mỗi hàng một nơi, thời gian từ trái sang phải. ● được tính, ○ không tính tiền.',
    en: 'A row for each place, time from left to right. ● counts, ○ costs nothing.',
  },
  doesNotCount: { vi: 'không tính tiền', en: 'costs nothing' },
  history: { vi: 'Đã làm gì', en: 'What was done' },
  byService: { vi: 'hệ thống', en: 'the system' },
  note: { vi: 'Ghi chú (bắt buộc)', en: 'Note (required)' },
  noteHint: { vi: 'Đã kiểm tra gì, quyết định ra sao', en: 'What was checked, what was decided' },
  handle: { vi: 'Đánh dấu đã xử lý', en: 'Mark as handled' },
  lift: { vi: 'Mở khóa thẻ', en: 'Lift the block' },
  done: { vi: 'Đã ghi.', en: 'Recorded.' },
  placesLeftOff: { vi: 'nơi nữa không vẽ', en: 'more places not drawn' },
  seeIncident: { vi: 'Xem sự cố', en: 'See the incident' },
  conflict: { vi: 'Mâu thuẫn', en: 'Conflict' },
  inConflict: { vi: 'có mâu thuẫn', en: 'in conflict' },
  allOfCard: { vi: 'Mọi lượt quét của thẻ này', en: 'All taps of this card' },
} satisfies Record<string, Words>;

export const classWords: Record<ConflictClass, Words> = {
  copy: { vi: 'Bản sao mã', en: 'Copied code' },
  shared_card: { vi: 'Thẻ dùng chung', en: 'Shared card' },
  reentry: { vi: 'Vào lại', en: 'Re-entry' },
  clock: { vi: 'Đồng hồ sai', en: 'Clock trouble' },
  broken_chain: { vi: 'Nhật ký hỏng', en: 'Broken journal' },
};

/** What it may mean and what to look at first. */
export const classAdvice: Record<ConflictClass, Words> = {
  copy: {
    vi: 'Một mã mở hai lần, chỉ một lượt tính tiền. Ở hai nơi: mã đã bị chép. Cùng một nơi: có thể khách chỉ đưa lại mã.',
    en: 'One code opened twice, and only one tap costs. At two places it was copied; at one place the rider may just have shown it again.',
  },
  shared_card: {
    vi: 'Hai người dùng một thẻ, hoặc giờ của một cổng sai. Trước khi khóa thẻ, xem mục Cổng có máy nào lệch giờ.',
    en: 'Two people use one card, or a gate’s clock is wrong. Before you block a card, see under Gates whether a clock is off.',
  },
  reentry: {
    vi: 'Thẻ vào lại khi chưa ra: quên quét ra, hoặc chuyền thẻ cho người sau. Nếu hay xảy ra, đặt quy định chống chuyền thẻ ở mục Cổng.',
    en: 'In again without leaving: a forgotten tap-off, or a phone handed back. Where it happens often, set an anti-passback rule under Gates.',
  },
  clock: {
    vi: 'Giờ của cổng và của mã khác nhau. Xem máy ở mục Cổng, chỉnh giờ hoặc nối lại mạng cho máy.',
    en: 'Gate and code disagree on the time. See the validator under Gates; set its clock or bring its network back.',
  },
  broken_chain: {
    vi: 'Thiếu bản ghi: chờ máy gửi lại, nếu không thì kiểm tra máy. Hai bản nhật ký: máy có thể bị sao chép, kiểm tra rồi thu hồi.',
    en: 'Records missing: wait for the validator to send them, else have it checked. Two journals: it may have been cloned; check it, then revoke it.',
  },
};

export const incidentStates: Record<Incident['state'], State> = {
  open: { words: { vi: 'Chưa xử lý', en: 'Open' }, symbol: '!', tone: 'warn' },
  handled: { words: { vi: 'Đã xử lý', en: 'Handled' }, symbol: '✓', tone: 'good' },
};

export const consequenceWords: Record<Consequence, Words> = {
  record: { vi: 'Chỉ ghi lại', en: 'Record only' },
  warn: { vi: 'Cảnh báo', en: 'Warn' },
  block: { vi: 'Khóa thẻ', en: 'Block the card' },
};

export const blockStates: Record<NonNullable<Incident['block']>, State> = {
  asked: { words: { vi: 'Đang gửi lệnh khóa', en: 'Block on its way' }, symbol: '…', tone: 'live' },
  blocked: { words: { vi: 'Thẻ đã khóa', en: 'Card blocked' }, symbol: '✗', tone: 'bad' },
  lift_asked: { words: { vi: 'Đang gửi lệnh mở', en: 'Lift on its way' }, symbol: '…', tone: 'live' },
  lifted: { words: { vi: 'Thẻ đã mở', en: 'Block lifted' }, symbol: '✓', tone: 'good' },
  refused: { words: { vi: 'Bên phát hành từ chối', en: 'Refused by the issuer' }, symbol: '!', tone: 'warn' },
};

export const eventWords: Record<IncidentEventKind, Words> = {
  found: { vi: 'Phát hiện', en: 'Found' },
  more_found: { vi: 'Thêm bằng chứng', en: 'Evidence changed' },
  withdrawn: { vi: 'Được giải thích bởi lượt quét đến sau', en: 'Explained by later taps' },
  reopened: { vi: 'Mở lại vì có thêm bằng chứng', en: 'Open again: more was found' },
  block_asked: { vi: 'Yêu cầu khóa thẻ', en: 'Block asked for' },
  blocked: { vi: 'Thẻ đã bị khóa', en: 'Card blocked' },
  block_refused: { vi: 'Bên phát hành từ chối', en: 'Refused by the issuer' },
  lift_asked: { vi: 'Yêu cầu mở khóa', en: 'Lift asked for' },
  lifted: { vi: 'Thẻ đã được mở khóa', en: 'Block lifted' },
  handled: { vi: 'Đánh dấu đã xử lý', en: 'Marked as handled' },
};

const ruleWords: Record<FindingRule, Words> = {
  same_slot: { vi: 'Cùng một mã ở hai lượt', en: 'One code, two taps' },
  too_fast: { vi: 'Đi nhanh hơn mức có thể', en: 'Faster than anybody travels' },
  while_inside: { vi: 'Vào khi chưa ra', en: 'In again without leaving' },
  same_place: { vi: 'Vào lại cùng nơi quá sớm', en: 'Same place again too soon' },
  from_future: { vi: 'Lượt quét đến từ tương lai', en: 'A tap from the future' },
  slot_disagrees: { vi: 'Giờ của cổng khác giờ của mã', en: 'Gate and code disagree on the time' },
  gap: { vi: 'Thiếu bản ghi', en: 'Records are missing' },
  fork: { vi: 'Hai bản nhật ký khác nhau', en: 'Two different journals' },
  false_mark: { vi: 'Lượt “thử lại” không đúng', en: 'A “second try” that cannot be one' },
};

/** `Cùng một mã ở hai lượt · 1,9 km · 9 s` */
export function findingWords({ rule, metres, seconds, expectedSeq, firstSeq }: Finding): Words {
  const write = (language: 'vi' | 'en') => {
    const facts = [
      metres === null ? null : distance(metres, language),
      seconds === null ? null : duration(seconds, language),
      expectedSeq === null || firstSeq === null
        ? null
        : language === 'vi'
          ? `chờ số ${expectedSeq}, nhận số ${firstSeq}`
          : `expected no. ${expectedSeq}, got no. ${firstSeq}`,
    ];
    return [ruleWords[rule][language], ...facts.filter((fact) => fact !== null)].join(' · ');
  };
  return { vi: write('vi'), en: write('en') };
}

export function distance(metres: number, language: 'vi' | 'en'): string {
  const format = new Intl.NumberFormat(language === 'vi' ? 'vi-VN' : 'en-GB', { maximumFractionDigits: 1 });
  return metres < 1000 ? `${format.format(metres)} m` : `${format.format(metres / 1000)} km`;
}

export function duration(seconds: number, language: 'vi' | 'en'): string {
  const minutes = Math.round(Math.abs(seconds) / 60);
  if (Math.abs(seconds) < 120) return language === 'vi' ? `${seconds} giây` : `${seconds} s`;
  const sign = seconds < 0 ? '−' : '';
  return language === 'vi' ? `${sign}${minutes} phút` : `${sign}${minutes} min`;
}
