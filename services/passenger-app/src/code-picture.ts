/** Draws a text as a QR code: level M, quiet zone of four modules. */
import { create } from 'qrcode';

export interface CodePicture {
  /** Side of the picture in modules, quiet zone included; the view box is `0 0 side side`. */
  side: number;
  /** SVG path of the dark modules. */
  path: string;
  version: number;
}

const quietZone = 4;

/** A ticket. Throws where the text has characters that alphanumeric mode lacks; a ticket has none. */
export function drawCode(text: string): CodePicture {
  // The mode is said, not guessed: mixed modes would make some codes smaller, and all are to look alike.
  return draw([{ data: text, mode: 'alphanumeric' }]);
}

/** Any other text, such as a VietQR payment. */
export const drawText = (text: string): CodePicture => draw(text);

function draw(content: Parameters<typeof create>[0]): CodePicture {
  const { modules, version } = create(content, { errorCorrectionLevel: 'M' });
  let path = '';
  for (let row = 0; row < modules.size; row += 1) {
    let column = 0;
    while (column < modules.size) {
      const from = column;
      while (column < modules.size && modules.get(row, column)) column += 1;
      const run = column - from;
      if (run > 0) path += `M${from + quietZone} ${row + quietZone}h${run}v1h-${run}z`;
      else column += 1;
    }
  }
  return { side: modules.size + 2 * quietZone, path, version };
}
