/** Status lists on the wire: the signed full list (IETF Token Status List) and the signed delta between two versions. */
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { deflate, inflate } from './inflate.ts';
import { isUsable, keyNoOf, type KeySet } from './key-set.ts';
import {
  checkTimes,
  checkVersion,
  integerClaim,
  jsonHeader,
  malformed,
  signJson,
  splitJws,
  textClaim,
  verifiedClaims,
  type JsonObject,
  type ReadingTime,
  type Signer,
} from './signed-json.ts';
import { packChanges, packEntries, unpackChanges } from './status-changes.ts';
import { changeStatusList, StatusList } from './status-list.ts';
import { TrustError } from './trust-error.ts';

/** What is signed beside the entries. */
export interface StatusListFacts {
  /** The list's own address: it names issuer and service day. */
  sub: string;
  /** Goes up with every change of this list. */
  version: number;
  /** Unix seconds. */
  iat: number;
  exp: number;
  /** How long a reader may keep it before it asks for a newer one, in seconds. */
  ttl: number;
}

export interface PublishedStatusList extends StatusListFacts {
  list: StatusList;
}

/** Changes from one version of a list to a later one, whose facts it carries. */
export interface StatusDelta extends StatusListFacts {
  fromVersion: number;
  /** Entries of the later list. */
  size: number;
  changes: readonly (readonly [index: number, status: number])[];
}

/** Who must have signed what, by which keys, and when it is read. */
export interface StatusReader extends ReadingTime {
  keys: KeySet;
  issuer: number;
  sub: string;
}

const listType = 'statuslist+jwt';
const deltaType = 'vd1-status-delta+jwt';
const bitsPerEntry = 2;

/** 16 million cards a day; a full list that does not compress, twice in base64. */
const most = {
  listBytes: 4_000_000,
  listCharacters: 8_000_000,
  deltaCharacters: 2_000_000,
  text: 500,
} as const;

/** Signs a full list as `application/statuslist+jwt`. */
export async function signStatusList(published: PublishedStatusList, signer: Signer): Promise<string> {
  const lst = encodeBase64url(await deflate(published.list.bytes));
  const claims = { ...factsOf(published), status_list: { bits: bitsPerEntry, lst } };
  return signJson(jsonHeader(listType, signer.kid), claims, signer.sign);
}

/** Verifies a full list. Throws TrustError with any code but `wrong_base`. */
export async function verifyStatusList(
  jws: string,
  reader: StatusReader & { minimumVersion: number },
): Promise<PublishedStatusList> {
  const claims = await readStatusJws(jws, { typ: listType, mostCharacters: most.listCharacters }, reader);
  const facts = readFacts(claims, reader);
  checkVersion(facts.version, reader.minimumVersion);
  const inner = claims['status_list'];
  const { bits, lst } = (typeof inner === 'object' && inner !== null ? inner : {}) as JsonObject;
  const compressed = typeof lst === 'string' ? decodeBase64url(lst) : undefined;
  if (bits !== bitsPerEntry || compressed === undefined) throw malformed('status_list is not a two-bit list');
  return { ...facts, list: new StatusList(await inflate(compressed, most.listBytes)) };
}

/** Signs the changes between two versions of one list. Throws RangeError unless `to` is a later version of `from`. */
export async function signStatusDelta(
  from: PublishedStatusList,
  to: PublishedStatusList,
  signer: Signer,
): Promise<string> {
  if (from.sub !== to.sub || from.version >= to.version || from.list.size > to.list.size) {
    throw new RangeError('a delta leads from an earlier version of the same list to a later one');
  }
  const packed = packChanges(from.list, to.list);
  return signPacked({ ...to, fromVersion: from.version, size: to.list.size }, packed, signer);
}

/**
 * The same for an issuer that knows the changes and need not hold either list: `size` is the later list's own, and
 * `changes` are in rising order of index. Throws RangeError for what no gate would take.
 */
export async function signStatusChanges(delta: StatusDelta, signer: Signer): Promise<string> {
  if (delta.fromVersion >= delta.version || (delta.changes.at(-1)?.[0] ?? 0) >= delta.size) {
    throw new RangeError('a delta leads from an earlier version of a list to a later one');
  }
  return signPacked(delta, packEntries(delta.changes), signer);
}

async function signPacked(
  delta: Omit<StatusDelta, 'changes'>,
  packed: Uint8Array,
  signer: Signer,
): Promise<string> {
  const claims = {
    ...factsOf(delta),
    from: delta.fromVersion,
    size: delta.size,
    changes: encodeBase64url(packed),
  };
  return signJson(jsonHeader(deltaType, signer.kid), claims, signer.sign);
}

/** Verifies a delta. Throws TrustError with any code but `wrong_base` and `version_too_low`. */
export async function verifyStatusDelta(jws: string, reader: StatusReader): Promise<StatusDelta> {
  const claims = await readStatusJws(jws, { typ: deltaType, mostCharacters: most.deltaCharacters }, reader);
  const facts = readFacts(claims, reader);
  const size = integerClaim(claims, 'size', most.listBytes * 4);
  const packed = typeof claims['changes'] === 'string' ? decodeBase64url(claims['changes']) : undefined;
  const changes = packed && unpackChanges(packed, size);
  if (changes === undefined) throw malformed('changes are not of one form');
  return { ...facts, fromVersion: integerClaim(claims, 'from', facts.version - 1), size, changes };
}

/** The later list. Throws TrustError `wrong_base` where the delta begins at another list or version. */
export function applyStatusDelta(base: PublishedStatusList, delta: StatusDelta): PublishedStatusList {
  if (base.sub !== delta.sub || base.version !== delta.fromVersion || base.list.size > delta.size) {
    throw new TrustError('wrong_base', `the delta begins at version ${delta.fromVersion}`);
  }
  return { ...factsOf(delta), list: changeStatusList(base.list, delta.size, delta.changes) };
}

async function readStatusJws(
  jws: string,
  form: { typ: string; mostCharacters: number },
  reader: StatusReader,
): Promise<JsonObject> {
  const parts = splitJws(jws, form.mostCharacters);
  const kid = /^\{"alg":"Ed25519","kid":"([0-9.]{1,11})"/.exec(parts.header)?.[1];
  if (kid === undefined) throw malformed('no kid');
  const key = findKey(reader, kid);
  if (key === undefined) throw new TrustError('unknown_key', 'signed by a key the issuer does not have');
  if (!isUsable(key, reader.nowSeconds))
    throw new TrustError('key_revoked', 'signed by a key that does not count now');
  return verifiedClaims(parts, jsonHeader(form.typ, kid), key.publicKey);
}

function findKey(reader: StatusReader, kid: string): ReturnType<KeySet['find']> {
  try {
    return reader.keys.find(reader.issuer, keyNoOf(reader.issuer, kid));
  } catch {
    return undefined;
  }
}

function readFacts(claims: JsonObject, reader: StatusReader): StatusListFacts {
  const facts = {
    sub: textClaim(claims, 'sub', most.text),
    version: integerClaim(claims, 'version'),
    iat: integerClaim(claims, 'iat'),
    exp: integerClaim(claims, 'exp'),
    ttl: integerClaim(claims, 'ttl'),
  };
  if (facts.sub !== reader.sub)
    throw new TrustError('wrong_subject', 'the list of another issuer or service day');
  checkTimes(facts, reader);
  return facts;
}

const factsOf = ({ sub, version, iat, exp, ttl }: StatusListFacts): StatusListFacts => ({
  sub,
  version,
  iat,
  exp,
  ttl,
});
