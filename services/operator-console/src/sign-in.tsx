/** Staff sign-in. */
import { useState } from 'preact/hooks';
import { LanguageSwitch } from './language-switch.tsx';
import { say } from './language.ts';
import { messages } from './messages.ts';
import { Trouble } from './notices.tsx';
import { codeOf, signIn } from './session.ts';

export function SignIn({ hasEnded }: { hasEnded: boolean }) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setTrouble(null);
    try {
      await signIn(email, password);
    } catch (error) {
      setTrouble(codeOf(error));
      setBusy(false);
    }
  };
  return (
    <main class="sign-in">
      <form class="card" onSubmit={(event) => void submit(event)}>
        <img src="/icon.svg" alt="" width="56" height="56" />
        <h1>{say(messages.signInTitle)}</h1>
        {hasEnded && <p>{say(messages.sessionEnded)}</p>}
        <label>
          {say(messages.email)}
          <input
            type="email"
            required
            maxLength={200}
            autocomplete="username"
            data-testid="email"
            value={email}
            onInput={(event) => setEmail(event.currentTarget.value)}
          />
        </label>
        <label>
          {say(messages.password)}
          <input
            type="password"
            required
            maxLength={200}
            autocomplete="current-password"
            data-testid="password"
            value={password}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </label>
        {trouble && <Trouble code={trouble} />}
        <button type="submit" class="main" disabled={isBusy} data-testid="sign-in">
          {say(isBusy ? messages.signingIn : messages.signIn)}
        </button>
        <LanguageSwitch />
      </form>
    </main>
  );
}
