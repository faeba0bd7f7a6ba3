/** The phone's camera as a reader of a gate's own code, about six frames a second. */
import type { FrameAnswer } from './code-reader.worker.ts';

const frameEveryMilliseconds = 160;

/** Opens the camera away from the rider, shows it in `video`, and gives each text it reads until the returned function is called. */
export async function readWithCamera(
  video: HTMLVideoElement,
  onText: (text: string) => void,
): Promise<() => void> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: 'environment', width: { ideal: 960 }, height: { ideal: 720 } },
  });
  video.srcObject = stream;
  await video.play();
  const worker = new Worker(new URL('./code-reader.worker.ts', import.meta.url), { type: 'module' });
  let isStopped = false;
  let isReading = false;
  worker.addEventListener('message', ({ data }: MessageEvent<FrameAnswer>) => {
    isReading = false;
    if (data !== null && !isStopped) onText(data);
  });
  const timer = setInterval(() => {
    if (isReading || document.hidden || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
    isReading = true;
    void createImageBitmap(video).then((frame) => worker.postMessage(frame, [frame]));
  }, frameEveryMilliseconds);
  return () => {
    isStopped = true;
    clearInterval(timer);
    worker.terminate();
    for (const track of stream.getTracks()) track.stop();
  };
}
