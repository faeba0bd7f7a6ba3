/** Whether a gate displays a challenge and takes only tickets that answer it. */
import { useState } from 'preact/hooks';
import { say } from './language.ts';
import { Trouble } from './notices.tsx';
import { call, codeOf } from './session.ts';
import { trustWords } from './trust-words.ts';

export function ChallengeSwitch({ gateId, isShown }: { gateId: string; isShown: boolean }) {
  const [wanted, setWanted] = useState<boolean | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const set = async (next: boolean) => {
    setWanted(next);
    setTrouble(null);
    try {
      await call('PUT /v1/gates/{gateId}/challenge', { params: { gateId }, body: { isShown: next } });
    } catch (error) {
      setWanted(null);
      setTrouble(codeOf(error));
    }
  };
  return (
    <>
      <label class="switch">
        <input
          type="checkbox"
          data-testid="challenge"
          checked={wanted ?? isShown}
          onChange={(event) => void set(event.currentTarget.checked)}
        />
        {say(trustWords.challenge)}
      </label>
      {trouble && <Trouble code={trouble} />}
    </>
  );
}
