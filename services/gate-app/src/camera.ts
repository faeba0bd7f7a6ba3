/** The camera as a source of QR codes: opens it and reads about eight frames a second in a worker. */
import type { FrameAnswer } from './code-reader.worker.ts';

const frameEveryMilliseconds = 125;

/** Which way the camera looks: `user` at whoever faces the screen, `environment` away from it. */
export type Facing = 'user' | 'environment';
export type CameraChoice = Facing | 'off';

export type CameraTrouble = 'insecure' | 'blocked' | 'none' | 'busy' | 'ended' | 'reader' | 'other';

/** Opens the camera and shows it in `video`. Rejects with what getUserMedia gives; see `troubleOf`. */
export async function openCamera(video: HTMLVideoElement, facing: Facing): Promise<MediaStream> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: facing, width: { ideal: 1280 }, height: { ideal: 720 } },
  });
  try {
    video.srcObject = stream;
    await video.play();
    return stream;
  } catch (error) {
    closeCamera(stream);
    throw error;
  }
}

export function closeCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** @param error what opening the camera was rejected with */
export function troubleOf(error: unknown): CameraTrouble {
  if (!globalThis.isSecureContext) return 'insecure';
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'blocked';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'none';
    case 'NotReadableError':
    case 'AbortError':
      return 'busy';
    default:
      return 'other';
  }
}

export interface FrameListener {
  onCode: (text: string) => void;
  onTrouble: (trouble: CameraTrouble) => void;
}

/** Reads what `video` shows until the returned function is called. */
export function readCodes(video: HTMLVideoElement, { onCode, onTrouble }: FrameListener): () => void {
  const worker = new Worker(new URL('./code-reader.worker.ts', import.meta.url), { type: 'module' });
  let timer: ReturnType<typeof setTimeout>;
  let isStopped = false;

  const sendFrame = async (): Promise<void> => {
    // A hidden page's video stands still, and a camera may need a second for its first picture.
    if (document.hidden || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return sendFrameSoon();
    const frame = await createImageBitmap(video);
    if (isStopped) frame.close();
    else worker.postMessage(frame, [frame]);
  };
  const sendFrameSoon = (): void => {
    timer = setTimeout(() => void sendFrame().catch(fail), frameEveryMilliseconds);
  };
  const fail = (): void => {
    if (!isStopped) onTrouble('reader');
  };

  worker.addEventListener('message', ({ data }: MessageEvent<FrameAnswer>) => {
    if (isStopped) return;
    if ('failure' in data) return fail();
    if (data.text !== null) onCode(data.text);
    sendFrameSoon();
  });
  worker.addEventListener('error', fail);
  sendFrameSoon();

  return () => {
    isStopped = true;
    clearTimeout(timer);
    worker.terminate();
  };
}
