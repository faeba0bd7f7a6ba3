/** The operator's console: sign in, then see the network's trips, taps and gates as they come. */
import { render } from 'preact';
import { followAddress } from './address.ts';
import { Console } from './console.tsx';
import { keepLanguage, say } from './language.ts';
import { messages } from './messages.ts';
import { Loading, Trouble } from './notices.tsx';
import { resumeSession, session } from './session.ts';
import { SignIn } from './sign-in.tsx';
import './styles.css';

function App() {
  const now = session.value;
  if (now.kind === 'signed_in') return <Console name={now.name} />;
  if (now.kind === 'signed_out') return <SignIn hasEnded={now.hasEnded} />;
  return <main class="content">{now.trouble ? <Unreachable code={now.trouble} /> : <Loading />}</main>;
}

function Unreachable({ code }: { code: string }) {
  return (
    <>
      <Trouble code={code} />
      <button type="button" onClick={() => void resumeSession()}>
        {say(messages.tryAgain)}
      </button>
    </>
  );
}

keepLanguage();
followAddress();
render(<App />, document.querySelector('#app') as HTMLElement);
void resumeSession();
