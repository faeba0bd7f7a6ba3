/** Reads QR codes from camera frames, off the page's own thread; one frame in, one answer out. */
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import wasmAddress from 'zxing-wasm/reader/zxing_reader.wasm?url';

/** The code's text, null when the frame has none, or why reading does not work at all. */
export type FrameAnswer = { text: string | null } | { failure: string };

/** Enough for a 57 × 57 code that fills a third of the picture; more only costs time. */
const longestSidePixels = 960;

// From our own address: the library would fetch it from a public network otherwise.
prepareZXingModule({ overrides: { locateFile: () => wasmAddress } });

const canvas = new OffscreenCanvas(1, 1);
const context = canvas.getContext('2d', { willReadFrequently: true });

self.addEventListener('message', (event: MessageEvent<ImageBitmap>) => {
  readFrame(event.data).then(answer, (error: unknown) => answer({ failure: String(error) }));
});

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- to the page that owns this worker
const answer = (frameAnswer: FrameAnswer): void => self.postMessage(frameAnswer);

async function readFrame(frame: ImageBitmap): Promise<FrameAnswer> {
  if (!context) return { failure: 'no 2d canvas' };
  const scale = Math.min(1, longestSidePixels / Math.max(frame.width, frame.height));
  canvas.width = Math.round(frame.width * scale);
  canvas.height = Math.round(frame.height * scale);
  context.drawImage(frame, 0, 0, canvas.width, canvas.height);
  frame.close();
  const picture = context.getImageData(0, 0, canvas.width, canvas.height);
  const codes = await readBarcodes(picture, {
    formats: ['QRCode'],
    maxNumberOfSymbols: 1,
    // The text as it is; the default writes control characters in words.
    textMode: 'Plain',
  });
  return { text: codes[0]?.text ?? null };
}
