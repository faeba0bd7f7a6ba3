/** Draws a film for Chromium's fake camera: one QR code held still, as uncompressed YUV4MPEG2. */
import QRCode from 'qrcode';

const width = 640;
const height = 480;

/** The code's modules black on white in the middle of a grey picture. */
export function filmOfCode(text: string): Uint8Array {
  const { modules } = QRCode.create([{ data: text, mode: 'alphanumeric' }], { errorCorrectionLevel: 'M' });
  const quietModules = 4;
  const modulePixels = Math.floor((height * 0.9) / (modules.size + 2 * quietModules));
  const sidePixels = modules.size * modulePixels;
  const left = (width - sidePixels) / 2;
  const top = (height - sidePixels) / 2;

  const luma = new Uint8Array(width * height).fill(120);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const column = Math.floor((x - left) / modulePixels);
      const row = Math.floor((y - top) / modulePixels);
      if (Math.min(column, row) < -quietModules) continue;
      if (Math.max(column, row) >= modules.size + quietModules) continue;
      const isInside = Math.min(column, row) >= 0 && Math.max(column, row) < modules.size;
      luma[y * width + x] = isInside && modules.get(row, column) ? 30 : 225;
    }
  }
  const noColour = new Uint8Array((width * height) / 2).fill(128);
  return Buffer.concat([
    Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420\nFRAME\n`),
    luma,
    noColour,
  ]);
}
