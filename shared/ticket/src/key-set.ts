/** The issuers' public keys as a gate looks them up, and as any JOSE library reads them. */
import { decodeBase64url } from './base64url.ts';
import { jwsHeaders, jwsPrefix } from './jws.ts';

/** `retired`: signs no more, still counts until its `exp`. `compromised`: counts no more. */
export type KeyStatus = 'active' | 'retired' | 'compromised';

/** A public Ed25519 JWK with the time in which it counts, nbf <= now < exp in unix seconds. */
export interface TrustKey {
  kty: 'OKP';
  crv: 'Ed25519';
  /** 32 bytes in base64url. */
  x: string;
  /** `<issuer>.<keyNo>` */
  kid: string;
  alg: 'Ed25519';
  use: 'sig';
  nbf: number;
  exp: number;
  status: KeyStatus;
}

/** A key ready for checking tickets. */
export interface IssuerKey {
  publicKey: Uint8Array;
  nbf: number;
  exp: number;
  status: KeyStatus;
  /** The constant first part of the signing input, for each profile. */
  jwsPrefix: { S: Uint8Array; D: Uint8Array };
}

export interface KeySet {
  hasIssuer: (issuer: number) => boolean;
  find: (issuer: number, keyNo: number) => IssuerKey | undefined;
}

/** Where keys come from: a trust bundle, or anything that lists issuers with their keys. */
export interface KeySource {
  issuers: readonly { issuer: number; keys: readonly TrustKey[] }[];
}

/** Prepares keys for look-up. Throws RangeError for a `kid` that is not of the issuer that lists it, or a bad `x`. */
export function createKeySet(source: KeySource): KeySet {
  const issuers = new Set<number>();
  const keys = new Map<number, IssuerKey>();
  for (const { issuer, keys: listed } of source.issuers) {
    issuers.add(issuer);
    for (const key of listed) keys.set(lookUpNumber(issuer, keyNoOf(issuer, key.kid)), readyKey(key));
  }
  return {
    hasIssuer: (issuer) => issuers.has(issuer),
    find: (issuer, keyNo) => keys.get(lookUpNumber(issuer, keyNo)),
  };
}

/** Whether a key counts at a moment of the gate's clock, in unix seconds. */
export const isUsable = (key: IssuerKey, nowSeconds: number): boolean =>
  key.status !== 'compromised' && key.nbf <= nowSeconds && nowSeconds < key.exp;

/** The JWKS (RFC 7517) of all keys that are not compromised: a JWKS has no way to say that one is. */
export const toJwks = (
  source: KeySource,
): { keys: Pick<TrustKey, 'kty' | 'crv' | 'x' | 'kid' | 'alg' | 'use'>[] } => ({
  keys: source.issuers
    .flatMap(({ keys }) => keys)
    .filter(({ status }) => status !== 'compromised')
    .map(({ kty, crv, x, kid, alg, use }) => ({ kty, crv, x, kid, alg, use })),
});

/** The key number of a `kid` that belongs to an issuer. Throws RangeError for any other text. */
export function keyNoOf(issuer: number, kid: string): number {
  const keyNo = Number(kid.slice(kid.indexOf('.') + 1));
  if (!Number.isInteger(keyNo) || keyNo < 0 || keyNo > 0xffff || kid !== `${issuer}.${keyNo}`) {
    throw new RangeError('kid is not of its issuer');
  }
  return keyNo;
}

const lookUpNumber = (issuer: number, keyNo: number): number => issuer * 0x10000 + keyNo;

function readyKey({ x, kid, nbf, exp, status }: TrustKey): IssuerKey {
  const publicKey = decodeBase64url(x);
  if (publicKey?.length !== 32) throw new RangeError('x is not an Ed25519 public key');
  const prefixes = { S: jwsPrefix(jwsHeaders.single(kid)), D: jwsPrefix(jwsHeaders.certificate(kid)) };
  return { publicKey, nbf, exp, status, jwsPrefix: prefixes };
}
