/** A phone's P-256 public key: 33 bytes in a certificate, a JWK for WebCrypto and JOSE. */
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { lengths } from './layout.ts';

/** The members of a public P-256 JWK (RFC 7518, 6.2.1). */
export interface P256PublicJwk {
  kty: 'EC';
  crv: 'P-256';
  x: string;
  y: string;
}

/** Compresses a public P-256 JWK, as WebCrypto exports it, to 33 bytes. Throws RangeError for anything else. */
export function compressDeviceKey(jwk: {
  kty?: string;
  crv?: string;
  x?: string;
  y?: string;
}): Uint8Array<ArrayBuffer> {
  const x = decodeBase64url(jwk.x ?? '');
  const y = decodeBase64url(jwk.y ?? '');
  if (jwk.kty !== 'EC' || jwk.crv !== 'P-256' || x?.length !== 32 || y?.length !== 32) {
    throw new RangeError('not a public P-256 JWK');
  }
  const compressed = new Uint8Array(lengths.deviceKey);
  compressed[0] = 2 + (y[31]! & 1);
  compressed.set(x, 1);
  return compressed;
}

/**
 * The JWK of a compressed key, or undefined where the bytes are no point of the curve:
 * first byte 02 or 03, x below p, x³ − 3x + b a square (SEC 1, 2.3.4).
 */
export function decompressDeviceKey(compressed: Uint8Array): P256PublicJwk | undefined {
  const sign = compressed[0];
  if (compressed.length !== lengths.deviceKey || (sign !== 2 && sign !== 3)) return undefined;
  const xBytes = compressed.subarray(1);
  const x = toBigInt(xBytes);
  const p = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
  const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
  if (x >= p) return undefined;
  const square = ((((x * x - 3n) * x + b) % p) + p) % p;
  // p ≡ 3 (mod 4), so a square's root is its power (p + 1) / 4.
  const root = power(square, (p + 1n) / 4n, p);
  if ((root * root) % p !== square) return undefined;
  const y = (root & 1n) === BigInt(sign & 1) ? root : p - root;
  return { kty: 'EC', crv: 'P-256', x: encodeBase64url(xBytes), y: encodeBase64url(toBytes(y)) };
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}

const toBigInt = (bytes: Uint8Array): bigint =>
  bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n);

function toBytes(value: bigint): Uint8Array {
  const hex = value.toString(16).padStart(64, '0');
  return Uint8Array.from({ length: 32 }, (_, index) =>
    Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16),
  );
}
