/** The words of the money screens in the language in use. */
import { computed } from '@preact/signals';
import { language } from './language.ts';
import { moneyMessages } from './money-messages.ts';

/** Read `moneyWords.value` while rendering. */
export const moneyWords = computed(() => moneyMessages[language.value]);
