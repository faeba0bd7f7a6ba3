/** Base45 (RFC 9285), strict: every byte string has exactly one text, and every other text is refused. */
import { TicketFormatError } from './format-error.ts';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';
const notADigit = 45;

const digitOfCode = new Uint8Array(128).fill(notADigit);
for (let digit = 0; digit < alphabet.length; digit += 1) digitOfCode[alphabet.charCodeAt(digit)] = digit;

/** Writes bytes as Base45 text: three characters for two bytes, two for a last single one. */
export function encodeBase45(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const value = bytes[at]! * 256 + bytes[at + 1]!;
    text +=
      alphabet[value % 45]! + alphabet[Math.floor(value / 45) % 45]! + alphabet[Math.floor(value / 2025)]!;
  }
  if (bytes.length % 2 === 1) {
    const value = bytes[bytes.length - 1]!;
    text += alphabet[value % 45]! + alphabet[Math.floor(value / 45)]!;
  }
  return text;
}

/**
 * Reads Base45 text, from the character at `start` on.
 * Throws TicketFormatError for a character outside the alphabet (lower case too), a group above its
 * greatest value and a lone last character; lenient decoders take all three.
 */
export function decodeBase45(text: string, start = 0): Uint8Array<ArrayBuffer> {
  const length = text.length - start;
  const rest = length % 3;
  if (rest === 1) throw new TicketFormatError('Base45 ends in a lone character');
  const bytes = new Uint8Array(Math.floor(length / 3) * 2 + (rest === 2 ? 1 : 0));
  const end = text.length - rest;
  let at = 0;
  for (let index = start; index < end; index += 3) {
    const value = digitAt(text, index) + digitAt(text, index + 1) * 45 + digitAt(text, index + 2) * 2025;
    if (value > 0xffff) throw new TicketFormatError('Base45 group of three is above 65535');
    bytes[at] = value >>> 8;
    bytes[at + 1] = value & 0xff;
    at += 2;
  }
  if (rest === 2) {
    const value = digitAt(text, end) + digitAt(text, end + 1) * 45;
    if (value > 0xff) throw new TicketFormatError('Base45 group of two is above 255');
    bytes[at] = value;
  }
  return bytes;
}

function digitAt(text: string, index: number): number {
  const digit = digitOfCode[text.charCodeAt(index)];
  if (digit === undefined || digit === notADigit) throw new TicketFormatError('not a Base45 character');
  return digit;
}
