/** Money as people read it, the same on every page. */
import type { Money } from './common.ts';

const locales = { vi: 'vi-VN', en: 'en-GB' } as const;

interface Style {
  language: keyof typeof locales;
  /** `exceptZero` writes the plus of what is put in. */
  signDisplay?: 'auto' | 'exceptZero';
}

/** `8.595 đ`, `8,595 ₫`: the sign after the number in both languages; Vietnamese write đ where Intl has ₫. */
export function writeMoney({ amount, currency }: Money, { language, signDisplay = 'auto' }: Style): string {
  const options = { style: 'currency', currency, currencyDisplay: 'narrowSymbol', signDisplay } as const;
  const number = new Intl.NumberFormat(locales[language], options);
  const digits = number.resolvedOptions().maximumFractionDigits ?? 0;
  const parts = number.formatToParts(amount / 10 ** digits);
  const textOf = (isWanted: (type: string) => boolean) =>
    parts.map(({ type, value }) => (isWanted(type) ? value : '')).join('');
  const sign = textOf((type) => type === 'currency');
  const figure = textOf((type) => type !== 'currency' && type !== 'literal');
  return `${figure}\u00a0${language === 'vi' && sign === '₫' ? 'đ' : sign}`;
}
