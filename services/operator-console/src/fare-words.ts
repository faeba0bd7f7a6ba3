/** A fare as people write it; a trip without one is not yet priced, which is not the same as free. */
import type { Money, OperatorTrip } from '@vedong/contracts';
import { writeMoney } from '@vedong/contracts/write-money';
import type { Words } from './language.ts';

export function fareWords(fare: Money | null): Words {
  if (!fare) return { vi: 'chưa tính giá', en: 'not priced yet' };
  return { vi: writeMoney(fare, { language: 'vi' }), en: writeMoney(fare, { language: 'en' }) };
}

/** The fare as a list shows it: with a word where it is not simply what the tariff asks. */
export function tripFareWords({ fare, pricing }: Pick<OperatorTrip, 'fare' | 'pricing'>): Words {
  const { vi, en } = fareWords(fare);
  switch (pricing?.basis) {
    case 'unknown':
      return { vi: 'không có giá', en: 'no fare known' };
    case 'incomplete':
      return { vi: `${vi} (tối đa)`, en: `${en} (maximum)` };
    case 'free_day':
      return { vi: `${vi} (ngày miễn phí)`, en: `${en} (free day)` };
    default:
      return { vi, en };
  }
}
