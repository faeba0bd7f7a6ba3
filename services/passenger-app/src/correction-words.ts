/** The words about corrections in the language in use. */
import { computed } from '@preact/signals';
import { correctionMessages, type CorrectionMessages } from './correction-messages.ts';
import { language } from './language.ts';

export const correctionWords = computed((): CorrectionMessages => correctionMessages[language.value]);
