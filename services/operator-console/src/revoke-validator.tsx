/** Takes a validator's trust away, for good: asks for the reason before it does. */
import { useRef, useState } from 'preact/hooks';
import { say } from './language.ts';
import { messages } from './messages.ts';
import { Trouble } from './notices.tsx';
import { call, codeOf } from './session.ts';
import { trustWords } from './trust-words.ts';

export function RevokeValidator({ validatorId, name }: { validatorId: string; name: string }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reason, setReason] = useState('');
  const [trouble, setTrouble] = useState<string | null>(null);
  const revoke = async (event: SubmitEvent) => {
    event.preventDefault();
    try {
      await call('POST /v1/validators/{validatorId}/revoke', { params: { validatorId }, body: { reason } });
      dialog.current?.close();
    } catch (error) {
      setTrouble(codeOf(error));
    }
  };
  return (
    <>
      <button type="button" data-testid="revoke" onClick={() => dialog.current?.showModal()}>
        {say(trustWords.revoke)}
      </button>
      <dialog ref={dialog} class="ask" aria-label={say(trustWords.revokeTitle)}>
        <h2>{say(trustWords.revokeTitle)}</h2>
        <p>
          <strong>{name}</strong> <code>{validatorId}</code>
        </p>
        <p>{say(trustWords.revokeMeans)}</p>
        <form onSubmit={(event) => void revoke(event)}>
          <label>
            {say(trustWords.why)}
            <input
              required
              maxLength={60}
              value={reason}
              data-testid="revoke-reason"
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </label>
          <button type="submit" class="main" data-testid="revoke-now">
            {say(trustWords.revokeNow)}
          </button>
          <button type="button" onClick={() => dialog.current?.close()}>
            {say(messages.close)}
          </button>
        </form>
        {trouble && <Trouble code={trouble} />}
      </dialog>
    </>
  );
}
