/** The trust bundle: which issuers and keys a gate believes, signed by an offline root key that it pins. */
import { decodeBase64url } from './base64url.ts';
import { keyNoOf, type KeyStatus, type TrustKey } from './key-set.ts';
import {
  checkTimes,
  checkVersion,
  integerClaim,
  jsonHeader,
  listClaim,
  malformed,
  signJson,
  splitJws,
  textClaim,
  verifiedClaims,
  type JsonObject,
  type ReadingTime,
} from './signed-json.ts';
import type { SignBytes } from './ticket.ts';

export interface TrustIssuer {
  /** The number in its tickets, 0 to 65535. */
  issuer: number;
  name: string;
  keys: TrustKey[];
  /** Where its status lists are, with `{serviceDay}` for a date like 2026-11-23. */
  statusListUri: string;
}

export interface TrustBundle {
  iss: string;
  /** Unix seconds. */
  iat: number;
  exp: number;
  /** Never goes down at a gate, across restarts too. */
  version: number;
  issuers: TrustIssuer[];
}

/** The pinned root key. */
export interface RootPublicJwk {
  kty: string;
  crv?: string;
  x?: string;
}

const header = jsonHeader('vd1-trust');
const most = { characters: 1_000_000, issuers: 1_000, keys: 100, text: 500 } as const;
const serviceDayMark = '{serviceDay}';

/** Signs a bundle with the root key. Throws TrustError `malformed` for one that no gate would take. */
export async function signTrustBundle(bundle: TrustBundle, signAsRoot: SignBytes): Promise<string> {
  return signJson(header, toBundle({ ...bundle }), signAsRoot);
}

/**
 * Verifies a bundle and returns it, unknown members left out.
 * Throws TrustError: `too_large`, `malformed`, `bad_signature`, `version_too_low`, `issued_in_future`, `expired`.
 */
export async function verifyTrustBundle(
  jws: string,
  rootPublicJwk: RootPublicJwk,
  reader: ReadingTime & { minimumVersion: number },
): Promise<TrustBundle> {
  const rootKey = decodeBase64url(rootPublicJwk.x ?? '');
  if (rootPublicJwk.crv !== 'Ed25519' || rootKey?.length !== 32) {
    throw new RangeError('the pinned root key is not an Ed25519 JWK');
  }
  const bundle = toBundle(await verifiedClaims(splitJws(jws, most.characters), header, rootKey));
  checkVersion(bundle.version, reader.minimumVersion);
  checkTimes(bundle, reader);
  return bundle;
}

/** The address, and the `sub`, of an issuer's status list for a service day like 2026-11-23. */
export const statusListUriFor = (issuer: Pick<TrustIssuer, 'statusListUri'>, serviceDay: string): string =>
  issuer.statusListUri.replace(serviceDayMark, serviceDay);

function toBundle(claims: JsonObject): TrustBundle {
  const bundle = {
    iss: textClaim(claims, 'iss', most.text),
    iat: integerClaim(claims, 'iat'),
    exp: integerClaim(claims, 'exp'),
    version: integerClaim(claims, 'version'),
    issuers: listClaim(claims, 'issuers', most.issuers).map(toIssuer),
  };
  requireDistinct(bundle.issuers.map(({ issuer }) => issuer));
  return bundle;
}

function toIssuer(claims: JsonObject): TrustIssuer {
  const issuer = integerClaim(claims, 'issuer', 0xffff);
  const keys = listClaim(claims, 'keys', most.keys).map((key) => toKey(issuer, key));
  requireDistinct(keys.map(({ kid }) => kid));
  const statusListUri = textClaim(claims, 'statusListUri', most.text);
  if (!statusListUri.includes(serviceDayMark)) throw malformed(`statusListUri lacks ${serviceDayMark}`);
  return { issuer, name: textClaim(claims, 'name', most.text), keys, statusListUri };
}

function toKey(issuer: number, claims: JsonObject): TrustKey {
  const kid = textClaim(claims, 'kid', 11);
  const x = textClaim(claims, 'x', 43);
  try {
    keyNoOf(issuer, kid);
  } catch {
    throw malformed('kid is not of its issuer');
  }
  if (decodeBase64url(x)?.length !== 32) throw malformed('x is not 32 bytes');
  return {
    kty: exactly(claims, 'kty', ['OKP']),
    crv: exactly(claims, 'crv', ['Ed25519']),
    x,
    kid,
    alg: exactly(claims, 'alg', ['Ed25519']),
    use: exactly(claims, 'use', ['sig']),
    nbf: integerClaim(claims, 'nbf'),
    exp: integerClaim(claims, 'exp'),
    status: exactly<KeyStatus>(claims, 'status', ['active', 'retired', 'compromised']),
  };
}

function exactly<T extends string>(claims: JsonObject, name: string, allowed: readonly T[]): T {
  const value = allowed.find((text) => text === claims[name]);
  if (value === undefined) throw malformed(`${name} must be ${allowed.join(' or ')}`);
  return value;
}

function requireDistinct(values: readonly (string | number)[]): void {
  if (new Set(values).size !== values.length) throw malformed('two issuers or two keys have one name');
}
