/** A fare as people write it; a trip without one is not yet priced, which is not the same as free. */
import type { Money } from '@vedong/contracts';
import type { Words } from './language.ts';

export function fareWords(fare: Money | null): Words {
  if (!fare) return { vi: 'chưa tính giá', en: 'not priced yet' };
  return { vi: write(fare, 'vi-VN'), en: write(fare, 'en-GB') };
}

function write({ amount, currency }: Money, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 0));
}
