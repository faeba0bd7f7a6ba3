/** JSON claims in a compact JWS (RFC 7515) of one exact form: the header is compared, never interpreted. */
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { TrustError } from './trust-error.ts';
import type { SignBytes } from './ticket.ts';
import { webSignatures } from './web-signatures.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** A signing key with its JOSE key id. */
export interface Signer {
  /** `<issuer>.<keyNo>` */
  kid: string;
  /** Ed25519. */
  sign: SignBytes;
}

/** The whole protected header; a root key's has no `kid`. */
export const jsonHeader = (typ: string, kid?: string): string =>
  JSON.stringify({ alg: 'Ed25519', ...(kid === undefined ? {} : { kid }), typ });

const utf8 = new TextEncoder();

/** Signs claims as they stand, in the order of their members. */
export async function signJson(header: string, claims: object, sign: SignBytes): Promise<string> {
  const input = `${textToBase64url(header)}.${textToBase64url(JSON.stringify(claims))}`;
  return `${input}.${encodeBase64url(await sign(utf8.encode(input)))}`;
}

/** A JWS taken apart, nothing of it verified. */
export interface JwsParts {
  header: string;
  payload: string;
  signature: Uint8Array;
  signingInput: string;
}

/** Takes a JWS of at most `mostCharacters` apart. Throws TrustError `too_large` or `malformed`. */
export function splitJws(jws: string, mostCharacters: number): JwsParts {
  if (jws.length > mostCharacters)
    throw new TrustError('too_large', `longer than ${mostCharacters} characters`);
  const parts = jws.split('.', 4);
  const [header, payload, signature] = parts.map(decodeBase64url);
  if (parts.length !== 3 || !header || !payload || !signature) throw malformed('not a compact JWS');
  return {
    header: bytesToText(header),
    payload: bytesToText(payload),
    signature,
    signingInput: jws.slice(0, jws.lastIndexOf('.')),
  };
}

/** Checks header and signature and only then reads the claims. Throws TrustError `malformed` or `bad_signature`. */
export async function verifiedClaims(
  parts: JwsParts,
  header: string,
  publicKey: Uint8Array,
): Promise<JsonObject> {
  if (parts.header !== header) throw malformed('not the header this kind of token has');
  const isGood = await webSignatures.verifyEd25519(
    publicKey,
    utf8.encode(parts.signingInput),
    parts.signature,
  );
  if (!isGood) throw new TrustError('bad_signature', 'signed by another key, or changed');
  return parseCanonicalObject(parts.payload);
}

/** A whole number at least 0 and at most `most`. Throws TrustError `malformed`. */
export function integerClaim(claims: JsonObject, name: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = claims[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0 || value > most) {
    throw malformed(`${name} is not a whole number up to ${most}`);
  }
  return value;
}

/** A text of 1 to `most` characters. Throws TrustError `malformed`. */
export function textClaim(claims: JsonObject, name: string, most: number): string {
  const value = claims[name];
  if (typeof value !== 'string' || value.length === 0 || value.length > most) {
    throw malformed(`${name} is not a text of 1 to ${most} characters`);
  }
  return value;
}

/** An array of at most `most` objects. Throws TrustError `malformed`. */
export function listClaim(claims: JsonObject, name: string, most: number): JsonObject[] {
  const value = claims[name];
  if (!Array.isArray(value) || value.length > most || !value.every(isObject)) {
    throw malformed(`${name} is not a list of at most ${most} objects`);
  }
  return value;
}

/** When the reader takes a token: its own clock, and how long after `exp` it still makes do with an old one. */
export interface ReadingTime {
  nowSeconds: number;
  /** A gate without a network goes on with the last good one for a while; 0 by default. */
  graceSeconds?: number;
}

/** How far an issuer's clock may be ahead of the reader's. */
const clockToleranceSeconds = 60;

/** Checks `iat` and `exp`. Throws TrustError `issued_in_future` or `expired`. */
export function checkTimes({ iat, exp }: { iat: number; exp: number }, time: ReadingTime): void {
  if (iat > time.nowSeconds + clockToleranceSeconds)
    throw new TrustError('issued_in_future', 'issued in the future');
  if (time.nowSeconds >= exp + (time.graceSeconds ?? 0)) throw new TrustError('expired', 'past its exp');
}

/** Checks that a version is not older than one already seen. Throws TrustError `version_too_low`. */
export function checkVersion(version: number, minimumVersion: number): void {
  if (version < minimumVersion) {
    throw new TrustError('version_too_low', `version ${version} is older than ${minimumVersion}`);
  }
}

export const malformed = (message: string): TrustError => new TrustError('malformed', message);

/**
 * Only the text that JSON.stringify writes is taken: no duplicate members, of which readers choose different ones,
 * no spaces, no second way to write a number.
 */
function parseCanonicalObject(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw malformed('the payload is not JSON');
  }
  if (!isObject(value) || JSON.stringify(value) !== text)
    throw malformed('the payload is not canonical JSON');
  return value;
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const textToBase64url = (text: string): string => encodeBase64url(utf8.encode(text));

function bytesToText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed('not UTF-8');
  }
}
