/** Base64url without padding (RFC 7515), written straight into bytes because signing inputs are bytes. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const codes = Uint8Array.from(alphabet, (character) => character.charCodeAt(0));
const notADigit = 64;

const digitOfCode = new Uint8Array(128).fill(notADigit);
for (let digit = 0; digit < alphabet.length; digit += 1) digitOfCode[alphabet.charCodeAt(digit)] = digit;

/** How many characters so many bytes take. */
export const base64urlLength = (byteLength: number): number => Math.ceil((byteLength * 4) / 3);

/** Writes `bytes` as base64url characters into `target` from `at` on. */
export function writeBase64url(bytes: Uint8Array, target: Uint8Array, at: number): void {
  const whole = bytes.length - (bytes.length % 3);
  let out = at;
  for (let index = 0; index < whole; index += 3) {
    const bits = (bytes[index]! << 16) | (bytes[index + 1]! << 8) | bytes[index + 2]!;
    target[out] = codes[bits >>> 18]!;
    target[out + 1] = codes[(bits >>> 12) & 63]!;
    target[out + 2] = codes[(bits >>> 6) & 63]!;
    target[out + 3] = codes[bits & 63]!;
    out += 4;
  }
  if (bytes.length - whole === 1) {
    const bits = bytes[whole]! << 4;
    target[out] = codes[bits >>> 6]!;
    target[out + 1] = codes[bits & 63]!;
  } else if (bytes.length - whole === 2) {
    const bits = (bytes[whole]! << 10) | (bytes[whole + 1]! << 2);
    target[out] = codes[bits >>> 12]!;
    target[out + 1] = codes[(bits >>> 6) & 63]!;
    target[out + 2] = codes[bits & 63]!;
  }
}

/** Bytes as base64url text. */
export function encodeBase64url(bytes: Uint8Array): string {
  const target = new Uint8Array(base64urlLength(bytes.length));
  writeBase64url(bytes, target, 0);
  return new TextDecoder().decode(target);
}

/**
 * Reads base64url text, or returns undefined for anything but the one canonical text of its bytes:
 * padding, white space and set trailing bits are refused, because lenient readers make aliases of them.
 */
export function decodeBase64url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (let index = 0; index < text.length; index += 1) {
    const digit = digitOfCode[text.charCodeAt(index)];
    if (digit === undefined || digit === notADigit) return undefined;
    bits = ((bits << 6) | digit) & 0xffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes[at] = (bits >>> held) & 0xff;
      at += 1;
    }
  }
  return (bits & ((1 << held) - 1)) === 0 ? bytes : undefined;
}
