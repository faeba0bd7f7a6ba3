/** Sign-in by phone number and one-time code: the two questions before the first ride. */
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { requestCode, signIn } from '../account.ts';
import { LotusIcon } from '../icons.tsx';
import { words } from '../language.ts';
import { goTo } from '../route.ts';
import { useSending } from '../sending.tsx';
import { refreshAll } from '../upkeep.ts';

/** What is asked for stays over a look at the message in another app, which may end this page. */
interface SentCode {
  phone: string;
  demoCode: string | null;
}

const storageKey = 'sent-code';
const readSentCode = (): SentCode | null =>
  JSON.parse(sessionStorage.getItem(storageKey) ?? 'null') as SentCode | null;

export function SignInScreen() {
  const sent = useSignal(readSentCode());
  const setSent = (value: SentCode | null) => {
    sessionStorage.setItem(storageKey, JSON.stringify(value));
    sent.value = value;
  };
  return (
    <div class="sign-in">
      <LotusIcon />
      <h1>{words.value.appName}</h1>
      <p class="tagline">{words.value.tagline}</p>
      {sent.value ? <CodeForm sent={sent.value} setSent={setSent} /> : <PhoneForm setSent={setSent} />}
    </div>
  );
}

type SetSent = (value: SentCode | null) => void;

function PhoneForm({ setSent }: { setSent: SetSent }) {
  const phone = useSignal('');
  const { isSending, send, problem } = useSending();
  const t = words.value;
  const sendCode = async () => {
    const typed = phone.value.trim();
    setSent({ phone: typed, demoCode: await requestCode(typed) });
  };
  return (
    <form
      class="panel"
      onSubmit={(event) => {
        event.preventDefault();
        send(sendCode);
      }}
    >
      <label for="phone">{t.phoneLabel}</label>
      <input
        id="phone"
        data-testid="phone"
        type="tel"
        inputMode="tel"
        autocomplete="tel"
        required
        maxLength={24}
        placeholder="0912 345 678"
        aria-describedby="phone-hint sending-problem"
        value={phone}
        onInput={(event) => (phone.value = event.currentTarget.value)}
      />
      <p id="phone-hint" class="hint">
        {t.phoneHint}
      </p>
      {problem}
      <button class="button" data-testid="send-code" disabled={isSending}>
        {isSending ? t.wait : t.continue}
      </button>
    </form>
  );
}

function CodeForm({ sent, setSent }: { sent: SentCode; setSent: SetSent }) {
  const { phone, demoCode } = sent;
  const code = useSignal('');
  const input = useRef<HTMLInputElement>(null);
  const { isSending, send, problem } = useSending();
  const t = words.value;
  useEffect(() => input.current?.focus(), []);

  const sendAgain = async () => setSent({ phone, demoCode: await requestCode(phone) });
  const enter = async () => {
    await signIn(phone, code.value);
    sessionStorage.removeItem(storageKey);
    goTo('code');
    refreshAll();
  };
  return (
    <form
      class="panel"
      onSubmit={(event) => {
        event.preventDefault();
        send(enter);
      }}
    >
      <p aria-live="polite">{t.codeSentTo(phone)}</p>
      {demoCode && (
        <p class="demo-code">
          {t.demoCode} <strong data-testid="demo-code">{demoCode}</strong>
          <button type="button" data-testid="fill-demo-code" onClick={() => (code.value = demoCode)}>
            {t.fillDemoCode}
          </button>
        </p>
      )}
      <label for="code">{t.codeLabel}</label>
      <input
        id="code"
        ref={input}
        data-testid="code-input"
        class="one-time-code"
        inputMode="numeric"
        autocomplete="one-time-code"
        pattern="[0-9]{6}"
        maxLength={6}
        required
        aria-describedby="sending-problem"
        value={code}
        onInput={(event) => (code.value = event.currentTarget.value)}
      />
      {problem}
      <button class="button" data-testid="enter-code" disabled={isSending}>
        {isSending ? t.wait : t.getMyCard}
      </button>
      <div class="quiet-buttons">
        <button type="button" disabled={isSending} onClick={() => send(sendAgain)}>
          {t.sendAgain}
        </button>
        <button type="button" onClick={() => setSent(null)}>
          {t.changePhone}
        </button>
      </div>
    </form>
  );
}
