/** The camera's picture on the idle screen, or why there is none and what to do. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { type CameraTrouble, type Facing, openCamera, readCodes, troubleOf } from './camera.ts';
import { say } from './language.ts';
import { cameraTroubles, messages } from './messages.ts';

export interface CameraViewProps {
  facing: Facing;
  onCode: (text: string) => void;
}

export function CameraView({ facing, onCode }: CameraViewProps) {
  const video = useRef<HTMLVideoElement>(null);
  const newestOnCode = useRef(onCode);
  newestOnCode.current = onCode;
  const [trouble, setTrouble] = useState<CameraTrouble | null>(null);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    const stops: (() => void)[] = [];
    let isLeft = false;
    const start = async (element: HTMLVideoElement): Promise<void> => {
      const stream = await openCamera(element, facing);
      stops.push(() => stream.getTracks().forEach((track) => track.stop()));
      if (isLeft) return stops.forEach((stop) => stop());
      stream.getVideoTracks()[0]?.addEventListener('ended', () => setTrouble('ended'));
      stops.push(readCodes(element, { onCode: (text) => newestOnCode.current(text), onTrouble: setTrouble }));
    };
    if (video.current) start(video.current).catch((error: unknown) => setTrouble(troubleOf(error)));
    return () => {
      isLeft = true;
      stops.forEach((stop) => stop());
    };
  }, [facing, attempt]);

  const tryAgain = () => {
    setTrouble(null);
    setAttempt(attempt + 1);
  };

  return (
    <div class="camera" data-testid="camera" data-trouble={trouble ?? undefined}>
      <video
        ref={video}
        class={facing === 'user' ? 'mirrored' : ''}
        muted
        playsInline
        aria-label={say(messages.cameraPicture)}
      />
      {trouble && (
        <div class="camera-trouble" role="alert">
          <p>{say(cameraTroubles[trouble])}</p>
          <button type="button" onClick={tryAgain}>
            {say(messages.tryAgain)}
          </button>
        </div>
      )}
    </div>
  );
}
