/** Reads QR codes from camera frames, off the page's own thread; one frame in, one answer out. */
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import wasmAddress from 'zxing-wasm/reader/zxing_reader.wasm?url';

/** The code's text, or null when the frame has none or cannot be read. */
export type FrameAnswer = string | null;

// From our own address: the library would fetch it from a public network otherwise.
prepareZXingModule({ overrides: { locateFile: () => wasmAddress } });

const canvas = new OffscreenCanvas(1, 1);
const context = canvas.getContext('2d', { willReadFrequently: true })!;

self.addEventListener('message', ({ data }: MessageEvent<ImageBitmap>) => {
  readFrame(data).then(answer, () => answer(null));
});

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- to the page that owns this worker
const answer = (text: FrameAnswer): void => self.postMessage(text);

async function readFrame(frame: ImageBitmap): Promise<FrameAnswer> {
  canvas.width = frame.width;
  canvas.height = frame.height;
  context.drawImage(frame, 0, 0);
  frame.close();
  const picture = context.getImageData(0, 0, canvas.width, canvas.height);
  const codes = await readBarcodes(picture, {
    formats: ['QRCode'],
    maxNumberOfSymbols: 1,
    textMode: 'Plain',
  });
  return codes[0]?.text ?? null;
}
