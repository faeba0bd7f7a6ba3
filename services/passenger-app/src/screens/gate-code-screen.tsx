/** Reads the code that a gate displays, so that the next ticket answers it. */
import { readChallengeText } from '@vedong/ticket';
import { useEffect, useRef, useState } from 'preact/hooks';
import { BackLink } from '../back-link.tsx';
import { keepChallenge } from '../gate-challenge.ts';
import { readWithCamera } from '../gate-code-camera.ts';
import { gateCodeWords } from '../gate-code-words.ts';
import { language } from '../language.ts';
import { goTo } from '../route.ts';

export function GateCodeScreen() {
  const t = gateCodeWords[language.value];
  const [isCameraOn, setCameraOn] = useState(false);
  const [trouble, setTrouble] = useState<'noCamera' | 'wrong' | null>(null);
  const [typed, setTyped] = useState('');
  const take = (text: string): void => {
    const challenge = readChallengeText(text.trim());
    if (challenge === undefined) return setTrouble('wrong');
    keepChallenge(challenge);
    goTo('code');
  };
  return (
    <>
      <BackLink to="code" label={t.back} />
      <h1>{t.title}</h1>
      <p>{t.why}</p>
      {isCameraOn ? (
        <Camera label={t.picture} onText={take} onTrouble={() => setTrouble('noCamera')} />
      ) : (
        <button type="button" class="button" data-testid="open-camera" onClick={() => setCameraOn(true)}>
          {t.openCamera}
        </button>
      )}
      <p id="gate-code-trouble" class="problem" role="alert">
        {trouble && t[trouble]}
      </p>
      <form
        class="panel"
        onSubmit={(event) => {
          event.preventDefault();
          take(typed);
        }}
      >
        <label for="gate-code-text">{t.paste}</label>
        <input
          id="gate-code-text"
          required
          maxLength={40}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          value={typed}
          data-testid="gate-code-text"
          aria-describedby="gate-code-trouble"
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <button type="submit" class="button">
          {t.use}
        </button>
      </form>
    </>
  );
}

interface CameraProps {
  label: string;
  onText: (text: string) => void;
  onTrouble: () => void;
}

function Camera({ label, onText, onTrouble }: CameraProps) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    let isLeft = false;
    let stop = () => {};
    const start = async (element: HTMLVideoElement): Promise<void> => {
      const stopReading = await readWithCamera(element, onText);
      if (isLeft) stopReading();
      else stop = stopReading;
    };
    start(video.current!).catch(onTrouble);
    return () => {
      isLeft = true;
      stop();
    };
  }, []);
  return (
    <video
      ref={video}
      class="gate-code-camera"
      muted
      playsInline
      aria-label={label}
      data-testid="gate-code-camera"
    />
  );
}
