/** Words of a gate that asks for its own code. */
import type { Words } from './language.ts';

export const challengeWords = {
  scanMe: {
    vi: 'Quét mã này bằng ứng dụng, rồi đưa mã vé vào đầu đọc',
    en: 'Scan this with your app, then show your ticket to the reader',
  },
  picture: { vi: 'Mã của cổng', en: 'The gate’s own code' },
  none: {
    vi: 'Cổng chưa có mã để quét. Đợi một chút hoặc qua cổng khác.',
    en: 'This gate has no code to scan yet. Wait a moment or use another gate.',
  },
} satisfies Record<string, Words>;
