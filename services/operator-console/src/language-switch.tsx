/** One button to the other language. */
import { language, otherLanguage, say } from './language.ts';
import { messages } from './messages.ts';

export function LanguageSwitch() {
  return (
    <button
      type="button"
      class="quiet"
      lang={otherLanguage()}
      onClick={() => (language.value = otherLanguage())}
    >
      {say(messages.otherLanguage)}
    </button>
  );
}
