/** Draws a challenge as a QR code: version 1 at level M, quiet zone of four modules. */
import { create } from 'qrcode';

const quietZone = 4;

/** The side of the picture in modules, and the SVG path of the dark ones. */
export function writePicture(text: string): { side: number; path: string } {
  const { modules } = create([{ data: text, mode: 'alphanumeric' }], { errorCorrectionLevel: 'M' });
  let path = '';
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (modules.get(row, column)) path += `M${column + quietZone} ${row + quietZone}h1v1h-1z`;
    }
  }
  return { side: modules.size + 2 * quietZone, path };
}
