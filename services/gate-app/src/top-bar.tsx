/** The product's name and the language switch. */
import { language, otherLanguage, say } from './language.ts';
import { messages } from './messages.ts';

export function TopBar({ children }: { children?: preact.ComponentChildren }) {
  return (
    <header class="top-bar">
      <img src="/icon.svg" alt="" width="32" height="32" />
      <span class="brand">{say(messages.product)}</span>
      {children}
      <button
        type="button"
        class="quiet"
        lang={otherLanguage()}
        onClick={() => (language.value = otherLanguage())}
      >
        {say(messages.otherLanguage)}
      </button>
    </header>
  );
}
