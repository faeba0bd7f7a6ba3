/** Vietnamese first, English beside it: which of the two speaks louder, remembered. */
import { effect, signal } from '@preact/signals';
import { recall, remember } from './remember.ts';

export type Language = 'vi' | 'en';
export type Words = Readonly<Record<Language, string>>;

export const language = signal<Language>(recall('language') === 'en' ? 'en' : 'vi');

export const otherLanguage = (): Language => (language.value === 'vi' ? 'en' : 'vi');

/** The words in the chosen language. */
export const say = (words: Words): string => words[language.value];

/** The words in the language beside it. */
export const sayBeside = (words: Words): string => words[otherLanguage()];

export function keepLanguage(): void {
  effect(() => {
    document.documentElement.lang = language.value;
    remember('language', language.value);
  });
}
