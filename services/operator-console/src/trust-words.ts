/** Words about which validators are trusted and what gates ask of riders. */
import type { Words } from './language.ts';

export const trustWords = {
  revoked: { vi: 'Đã thu hồi', en: 'Revoked' },
  revoke: { vi: 'Thu hồi…', en: 'Revoke…' },
  revokeTitle: { vi: 'Thu hồi máy soát vé', en: 'Revoke a validator' },
  revokeMeans: {
    vi: 'Không hoàn lại được. Các cổng của máy ngừng mở trong vài giây; lượt quét máy gửi sau đó bị từ chối. Muốn dùng lại phải ghi danh như máy mới.',
    en: 'This cannot be undone. Its gates stop opening within seconds, and taps it sends from now on are refused. To use it again, enrol it as a new one.',
  },
  why: { vi: 'Lý do', en: 'Reason' },
  revokeNow: { vi: 'Thu hồi ngay', en: 'Revoke now' },
  challenge: { vi: 'Đòi mã của cổng', en: 'Asks for its own code' },
  asks: { vi: 'Yêu cầu thêm', en: 'Asks for more' },
  action: { vi: 'Việc', en: 'Action' },
} satisfies Record<string, Words>;
