/** The port through which a verifier does its arithmetic, and the checks of form that come before any of it. */

type Answer<T> = T | Promise<T>;

/**
 * What checking a ticket needs from a crypto library: `webSignatures` for browsers; from `@vedong/ticket/node`
 * `nodeSignatures`, which answers without a promise and is faster, and `threadedSignatures`, which holds nothing else up.
 */
export interface Signatures {
  sha256: (bytes: Uint8Array<ArrayBuffer>) => Answer<Uint8Array>;
  /** `publicKey`: 32 bytes. False for any signature that is not strictly valid; never throws for bad input. */
  verifyEd25519: (
    publicKey: Uint8Array,
    data: Uint8Array<ArrayBuffer>,
    signature: Uint8Array,
  ) => Answer<boolean>;
  /** `publicKey`: 33 bytes, compressed; `signature`: raw r‖s. False as well where the key is no point of the curve. */
  verifyEs256: (
    publicKey: Uint8Array,
    data: Uint8Array<ArrayBuffer>,
    signature: Uint8Array,
  ) => Answer<boolean>;
}

const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(hex.match(/../g)!, (pair) => Number.parseInt(pair, 16));

/** The orders of the base points of Ed25519 and of P-256, big-endian. */
const ed25519Order = bytesOf('1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed');
const p256Order = bytesOf('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');

/**
 * RFC 8032 strictly: 64 bytes, S < L, R's y below p. Libraries differ here, and a lenient one would give one
 * ticket several forms.
 */
export const isEd25519SignatureForm = (signature: Uint8Array): boolean =>
  signature.length === 64 &&
  isReducedY(signature) &&
  isBelow(signature.subarray(32).toReversed(), ed25519Order);

/** FIPS 186-5: 64 bytes r‖s with 0 < r < n and 0 < s < n. A high s is as good as a low one. */
export function isEs256SignatureForm(signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  return [signature.subarray(0, 32), signature.subarray(32)].every(
    (half) => isBelow(half, p256Order) && half.some((byte) => byte !== 0),
  );
}

/** R's first 255 bits are a number below p = 2^255 − 19, little-endian. */
const isReducedY = (r: Uint8Array): boolean =>
  (r[31]! & 0x7f) !== 0x7f || r[0]! < 0xed || r.subarray(1, 31).some((byte) => byte !== 0xff);

/** Compares big-endian numbers of the same length. */
function isBelow(value: Uint8Array, bound: Uint8Array): boolean {
  for (let index = 0; index < bound.length; index += 1) {
    if (value[index] !== bound[index]) return value[index]! < bound[index]!;
  }
  return false;
}
