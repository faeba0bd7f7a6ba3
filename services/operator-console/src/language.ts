/** Vietnamese first, English beside it: the chosen one, remembered. */
import { effect, signal } from '@preact/signals';

export type Language = 'vi' | 'en';
export type Words = Readonly<Record<Language, string>>;

const storageName = 'vedong.console.language';

export const language = signal<Language>('vi');

export const otherLanguage = (): Language => (language.value === 'vi' ? 'en' : 'vi');

export const say = (words: Words): string => words[language.value];

/** A name that the API gives in both languages. */
export const sayName = (names: { nameVi: string; nameEn: string }): string =>
  language.value === 'vi' ? names.nameVi : names.nameEn;

export function keepLanguage(): void {
  try {
    if (localStorage.getItem(storageName) === 'en') language.value = 'en';
  } catch {
    // Storage is blocked: the choice lasts until the page is closed.
  }
  effect(() => {
    document.documentElement.lang = language.value;
    try {
      localStorage.setItem(storageName, language.value);
    } catch {
      // As above.
    }
  });
}
