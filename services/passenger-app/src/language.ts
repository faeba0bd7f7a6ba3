/** The language in use: Vietnamese unless the other was chosen, which is remembered. */
import { computed, effect, signal } from '@preact/signals';
import { type Language, messages } from './messages.ts';

const storageKey = 'language';

export const language = signal<Language>(localStorage.getItem(storageKey) === 'en' ? 'en' : 'vi');

/** The words in use; read `words.value` while rendering. */
export const words = computed(() => messages[language.value]);

effect(() => {
  document.documentElement.lang = language.value;
  localStorage.setItem(storageKey, language.value);
});

/** What to tell a person about an error: what happened and what to do next. */
export function describeError(error: unknown): string {
  const code = (error as { code?: string }).code ?? 'other';
  const errors: Record<string, string> = { ...words.value.errors, ...moreErrors.value[language.value] };
  return errors[code] ?? words.value.errors.other;
}

type MoreErrors = Record<Language, Record<string, string>>;
const moreErrors = signal<MoreErrors>({ vi: {}, en: {} });

/** The words of errors that only some screens meet come with these screens. */
export function addErrors({ vi, en }: MoreErrors): void {
  const { vi: viBefore, en: enBefore } = moreErrors.peek();
  moreErrors.value = { vi: { ...viBefore, ...vi }, en: { ...enBefore, ...en } };
}
