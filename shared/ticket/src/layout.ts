/** Where every field of a ticket lies, and how integers and hex digits are read and written there. */

/** What every ticket text begins with. */
export const ticketPrefix = 'VD1:';

/** Longer text is refused unread; the longest ticket has 307 characters. */
export const maxTicketTextLength = 320;

/** Lengths in bytes. `Payload` is what the issuer signs. */
export const lengths = {
  signature: 64,
  deviceKey: 33,
  challenge: 8,
  proofDigest: 16,
  singlePayload: 26,
  single: 90,
  certificatePayload: 61,
  certificate: 125,
  /** Slot and clockAge, which stand between the certificate and the challenge. */
  proofFields: 5,
  device: 194,
  deviceWithChallenge: 202,
} as const;

/** The first byte of a ticket. */
export const profileBytes = { single: 1, device: 2 } as const;

/** Offsets in bytes. All integers are unsigned and big-endian. */
export const offsets = {
  profile: 0,
  issuer: 1,
  keyNo: 3,
  cardRef: 5,
  statusIdx: 13,
  concession: 17,
  product: 18,
  scope: 20,
  singleSlot: 22,
  notBefore: 22,
  validMinutes: 26,
  deviceKey: 28,
  certificateSignature: 61,
  proofSlot: 125,
  clockAge: 129,
  challenge: 130,
} as const;

export const readUint16 = (bytes: Uint8Array, at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;

export const readUint32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;

/** Writes an unsigned integer of `length` bytes; throws RangeError when the value does not fit. */
export function writeUint(
  bytes: Uint8Array,
  field: { at: number; length: number; name: string },
  value: number,
): void {
  if (!Number.isInteger(value) || value < 0 || value >= 256 ** field.length) {
    throw new RangeError(`${field.name} must be an integer of ${field.length} bytes`);
  }
  let rest = value;
  for (let index = field.at + field.length - 1; index >= field.at; index -= 1) {
    bytes[index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Lower-case hex digits of `bytes[from..to)`. */
export function readHex(bytes: Uint8Array, from: number, to: number): string {
  let hex = '';
  for (let index = from; index < to; index += 1) hex += hexOfByte[bytes[index]!]!;
  return hex;
}

/** Writes hex digits; throws RangeError unless there are exactly two lower-case digits for each byte. */
export function writeHex(
  bytes: Uint8Array,
  field: { at: number; length: number; name: string },
  hex: string,
): void {
  if (hex.length !== field.length * 2 || !/^[0-9a-f]*$/.test(hex)) {
    throw new RangeError(`${field.name} must be ${field.length * 2} lower-case hex digits`);
  }
  for (let index = 0; index < field.length; index += 1) {
    bytes[field.at + index] = Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16);
  }
}
