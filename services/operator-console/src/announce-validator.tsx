/** Announces a validator and shows, once, the code with which it enrols. */
import type { OperatorApi, ResponseOf } from '@vedong/contracts';
import { useState } from 'preact/hooks';
import { Facts } from './facts.tsx';
import { Instant } from './instant.tsx';
import { say } from './language.ts';
import { messages } from './messages.ts';
import { Trouble } from './notices.tsx';
import { call, codeOf } from './session.ts';

type Announced = ResponseOf<OperatorApi['POST /v1/validators']>;

export function AnnounceValidator() {
  const [announced, setAnnounced] = useState<Announced | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [name, setName] = useState('');
  const announce = async (event: SubmitEvent) => {
    event.preventDefault();
    setTrouble(null);
    try {
      setAnnounced(await call('POST /v1/validators', { body: { name } }));
      setName('');
    } catch (error) {
      setTrouble(codeOf(error));
    }
  };
  if (announced) return <OneTimeCode announced={announced} onClose={() => setAnnounced(null)} />;
  return (
    <details class="announce">
      <summary>{say(messages.announce)}</summary>
      <form onSubmit={(event) => void announce(event)}>
        <label>
          {say(messages.validatorName)}
          <input
            required
            maxLength={60}
            value={name}
            data-testid="validator-name"
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="main">
          {say(messages.getCode)}
        </button>
      </form>
      {trouble && <Trouble code={trouble} />}
    </details>
  );
}

function OneTimeCode({ announced, onClose }: { announced: Announced; onClose: () => void }) {
  const { validatorId, enrolmentCode, expiresAt } = announced;
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(enrolmentCode);
    setCopied(true);
  };
  return (
    <section class="one-time" aria-live="polite" data-testid="enrolment">
      <p>
        <strong>{say(messages.codeOnce)}</strong>
      </p>
      <Facts
        facts={[
          [messages.validator, <code>{validatorId}</code>],
          [messages.enrolmentCode, <code class="code">{enrolmentCode}</code>],
          [messages.validUntil, <Instant at={expiresAt} />],
        ]}
      />
      {/* Browsers give the clipboard only to pages from https or localhost. */}
      {globalThis.isSecureContext && (
        <button type="button" class="main" onClick={() => void copy()}>
          {say(isCopied ? messages.copied : messages.copy)}
        </button>
      )}
      <button type="button" onClick={onClose}>
        {say(messages.close)}
      </button>
    </section>
  );
}
