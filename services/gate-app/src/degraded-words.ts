/** What is degraded at this gate and what it does about it, in words. */
import type { DegradedCondition, PolicyAction } from '@vedong/travel';
import type { Words } from './language.ts';

export const conditionWords: Record<DegradedCondition, Words> = {
  guard_local: { vi: 'Mất bộ nhớ chung', en: 'Shared memory lost' },
  status_old: { vi: 'Danh sách khóa thẻ đã cũ', en: 'Card status list old' },
  clock_unsure: { vi: 'Giờ chưa chắc', en: 'Clock unsure' },
  journal_full: { vi: 'Sổ ghi sắp đầy', en: 'Journal nearly full' },
};

/** What staff can do about it, short enough for the status line. */
export const conditionTodo: Record<DegradedCondition, Words> = {
  guard_local: { vi: 'báo kỹ thuật nếu kéo dài', en: 'tell the engineers if it lasts' },
  status_old: { vi: 'kiểm tra mạng của máy', en: 'check the validator’s network' },
  clock_unsure: { vi: 'nối mạng để máy chỉnh giờ', en: 'bring its network back to set it' },
  journal_full: { vi: 'nối mạng để máy gửi bớt, xem đĩa', en: 'bring its network back, check its disk' },
};

export const actionWords: Record<PolicyAction, Words> = {
  open: { vi: 'vẫn mở', en: 'still open' },
  limited: { vi: 'mở có giới hạn', en: 'open with limits' },
  closed: { vi: 'đóng', en: 'closed' },
};

/** On the answer to a tap; marks without words of their own are not for riders or staff to read. */
export const markWords = (mark: string): Words | undefined =>
  mark === 'status_unchecked'
    ? { vi: 'Chưa đối chiếu khóa thẻ', en: 'Card status not checked' }
    : (conditionWords as Record<string, Words>)[mark];
