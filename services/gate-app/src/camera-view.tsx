/** The camera's picture on the idle screen, or why there is none and what to do. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { type CameraTrouble, closeCamera, type Facing, openCamera, readCodes, troubleOf } from './camera.ts';
import { say } from './language.ts';
import { cameraTroubles, messages } from './messages.ts';

export interface CameraViewProps {
  facing: Facing;
  /** Must stay the same function while the camera is on. */
  onCode: (text: string) => void;
}

export function CameraView({ facing, onCode }: CameraViewProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [trouble, setTrouble] = useState<CameraTrouble | null>(null);
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let isLeft = false;
    let stop = () => {};
    const start = async (element: HTMLVideoElement): Promise<void> => {
      const stream = await openCamera(element, facing);
      if (isLeft) return closeCamera(stream);
      stream.getVideoTracks()[0]?.addEventListener('ended', () => setTrouble('ended'));
      const stopReading = readCodes(element, { onCode, onTrouble: setTrouble });
      stop = () => {
        stopReading();
        closeCamera(stream);
      };
    };
    setTrouble(null);
    if (video.current) {
      start(video.current).catch((error: unknown) => {
        if (!isLeft) setTrouble(troubleOf(error));
      });
    }
    return () => {
      isLeft = true;
      stop();
    };
  }, [facing, onCode, attempt]);

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
          <button type="button" onClick={() => setAttempt(attempt + 1)}>
            {say(messages.tryAgain)}
          </button>
        </div>
      )}
    </div>
  );
}
